//! The bench binary as a child of itself: presize alone in a process, for its memory and for pictures to compare.
//!
//!     child work FILE OUTPUTS SCALING               speaks as the scripts do, see peers/script.rs
//!     child pixels FILE OUTPUT SCALING TO           the pixels of an output, raw
//!     child largest FILE ACTION                     the memory of an action, see largest.rs
//!     child encode FILE WIDTH HEIGHT EFFORT TO QUALITY...   raw RGB as JPEGs, TO with the quality appended

use std::io::{self, BufRead};
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use presize::{Effort, Scaling};

use crate::contest::Peer;
use crate::peers::presize_images;
use crate::sources::{read, write};
use crate::workload::Output;

pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["work", file, outputs, scaling] => work(file, outputs, scaling),
        ["largest", file, action] => crate::largest::child(file, action),
        ["pixels", file, output, scaling, to] => {
            let pixels = presize_images::pixels(&read(Path::new(file))?, parsed(output)?, scaling_of(scaling)?)?;
            write(Path::new(to), &pixels)
        }
        ["encode", file, width, height, effort, to, qualities @ ..] => {
            let pixels = read(Path::new(file))?;
            let effort = match *effort {
                "normal" => Effort::Normal,
                "high" => Effort::High,
                other => return Err(format!("not understood: {other}")),
            };
            for quality in qualities {
                let (width, height) = (parsed(width)?, parsed(height)?);
                let jpeg = presize_images::encode(&pixels, width, height, parsed(quality)?, effort)?;
                write(Path::new(&format!("{to}{quality}")), &jpeg)?;
            }
            Ok(())
        }
        _ => Err(format!("expected what benches/src/child.rs says, received {}", arguments.join(" "))),
    }
}

fn work(file: &str, outputs: &str, scaling: &str) -> Result<(), String> {
    let bytes = Arc::new(read(Path::new(file))?);
    let outputs: Vec<Output> = outputs.split(',').map(parsed).collect::<Result<_, _>>()?;
    let mut peer = presize_images::work(bytes, &outputs, scaling_of(scaling)?);
    println!("presize, {scaling}");
    for line in io::stdin().lock().lines() {
        let times = line.map_err(|error| error.to_string())?;
        println!("{}", peer.work(parsed(&times)?)?.as_nanos());
    }
    Ok(())
}

fn parsed<T: FromStr>(word: &str) -> Result<T, String> {
    word.parse().map_err(|_| format!("not understood: {word}"))
}

fn scaling_of(word: &str) -> Result<Scaling, String> {
    match word {
        "fast" => Ok(Scaling::Fast),
        "best" => Ok(Scaling::Best),
        other => Err(format!("not understood: {other}")),
    }
}
