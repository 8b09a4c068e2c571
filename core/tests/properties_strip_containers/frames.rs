//! All frames of a file, as crates show them that others wrote.

use std::io::Cursor;

use super::gif::has_odd_control;
use super::png::has_odd_parts;
use super::webp::has_odd_order;

/// A frame: what tells its place and its time, and its pixels.
pub(crate) type Frame = (Vec<u32>, Vec<u8>);

/// The frames of a file; `None` where a crate refuses any, or takes for an animation what `check` does not.
pub(crate) fn of(bytes: &[u8], is_animated: bool) -> Option<Vec<Frame>> {
    match bytes {
        [0x89, b'P', ..] if has_odd_parts(bytes, is_animated) => None,
        [0x89, b'P', ..] => of_png(bytes, is_animated),
        [b'G', ..] if has_odd_control(bytes) => None,
        [b'G', ..] => of_gif(bytes),
        _ if has_odd_order(bytes) => None,
        _ => of_webp(bytes),
    }
}

fn of_png(bytes: &[u8], is_animated: bool) -> Option<Vec<Frame>> {
    let mut decoder = ::png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(::png::Transformations::EXPAND);
    let mut reader = decoder.read_info().ok()?;
    let info = reader.info();
    if info.animation_control.is_some() != is_animated {
        return None;
    }
    let plays = info.animation_control.map_or(0, |control| control.num_plays);
    let count = info.animation_control.map_or(1, |control| control.num_frames);
    // A default image that is no frame comes first.
    let count = count + u32::from(info.animation_control.is_some() && info.frame_control.is_none());
    let mut frames = Vec::new();
    for _ in 0..count {
        let mut pixels = vec![0; reader.output_buffer_size()?];
        reader.next_frame(&mut pixels).ok()?;
        let control = reader.info().frame_control.filter(|_| is_animated);
        let control = control.map_or(Vec::new(), |control| {
            let place = [control.width, control.height, control.x_offset, control.y_offset];
            let time = [u32::from(control.delay_num), u32::from(control.delay_den)];
            let way = [control.dispose_op as u32, control.blend_op as u32];
            [&place[..], &time, &way, &[plays]].concat()
        });
        frames.push((control, pixels));
    }
    Some(frames)
}

fn of_gif(bytes: &[u8]) -> Option<Vec<Frame>> {
    let mut options = ::gif::DecodeOptions::new();
    options.set_color_output(::gif::ColorOutput::RGBA);
    let mut decoder = options.read_info(bytes).ok()?;
    let mut frames = Vec::new();
    while let Some(frame) = decoder.read_next_frame().ok()? {
        let place = [frame.left, frame.top, frame.width, frame.height].map(u32::from);
        let way = [u32::from(frame.delay), frame.dispose as u32];
        frames.push(([&place[..], &way].concat(), frame.buffer.to_vec()));
    }
    let rounds = match decoder.repeat() {
        ::gif::Repeat::Finite(rounds) => u32::from(rounds),
        ::gif::Repeat::Infinite => u32::MAX,
    };
    frames.push((vec![rounds], decoder.global_palette().unwrap_or_default().to_vec()));
    Some(frames)
}

fn of_webp(bytes: &[u8]) -> Option<Vec<Frame>> {
    let mut decoder = image_webp::WebPDecoder::new(Cursor::new(bytes)).ok()?;
    let mut pixels = vec![0; decoder.output_buffer_size()?];
    if !decoder.is_animated() {
        decoder.read_image(&mut pixels).ok()?;
        return Some(vec![(Vec::new(), pixels)]);
    }
    let rounds = match decoder.loop_count() {
        image_webp::LoopCount::Forever => 0,
        image_webp::LoopCount::Times(times) => u32::from(times.get()),
    };
    let mut frames = vec![(vec![rounds], Vec::new())];
    for _ in 0..decoder.num_frames() {
        let time = decoder.read_frame(&mut pixels).ok()?;
        frames.push((vec![time], pixels.clone()));
    }
    Some(frames)
}
