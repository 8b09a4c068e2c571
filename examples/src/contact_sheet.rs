//! The contact sheet: one HTML page beside the pictures, without scripts, fonts or anything else from elsewhere.

use std::fmt::{self, Write as _};
use std::io;

use crate::report::{Picture, Refusal, Report, Step};
use crate::table::{milliseconds, thousands};

const STYLE: &str = "
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 72rem; margin: 2rem auto; padding: 0 1.5rem; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2.5rem 0 .75rem; }
p { margin: .25rem 0; opacity: .75; }
.pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 1.5rem; align-items: end; }
figure { margin: 0; } figure img { display: block; max-width: 100%; max-height: 22rem; border-radius: 6px; }
figcaption { margin-top: .5rem; } figcaption span { display: block; opacity: .75; font-size: .87rem; }
table { border-collapse: collapse; width: 100%; font-size: .93rem; }
th, td { text-align: left; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid #8884; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td:last-child { overflow-wrap: anywhere; } code { font-size: .87rem; } .wrong { color: #d33; font-weight: 600; }
";

/// Writes `index.html` to the folder of the report.
pub fn write(report: &Report) -> io::Result<()> {
    let page = page(report).map_err(io::Error::other)?;
    std::fs::write(report.contact_sheet(), page)
}

fn page(report: &Report) -> Result<String, fmt::Error> {
    let mut page = String::new();
    write!(
        page,
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>presize: contact sheet</title>\n<style>{STYLE}</style>\n\
         <h1>presize: the upload path, done once</h1>\n\
         <p>Everything below went over HTTP to an S3 server and back. The pictures lie beside this page.</p>\n"
    )?;
    page.push_str("<h2>Pictures</h2>\n<div class=\"pictures\">\n");
    for picture in &report.pictures {
        write_picture(&mut page, picture)?;
    }
    page.push_str(
        "</div>\n<h2>Steps</h2>\n<table>\n<tr><th>step<th class=\"number\">pixels<th class=\"number\">bytes\
         <th class=\"number\">time<th>\n",
    );
    for step in &report.steps {
        write_step(&mut page, step)?;
    }
    page.push_str("</table>\n<h2>Refused, as it must be</h2>\n<table>\n<tr><th>attempt<th>by<th class=\"number\">status<th>code\n");
    for refusal in &report.refusals {
        write_refusal(&mut page, refusal)?;
    }
    page.push_str("</table>\n</html>\n");
    Ok(page)
}

fn write_picture(page: &mut String, picture: &Picture) -> fmt::Result {
    let Picture { file, label, width, height, bytes, metadata } = picture;
    let (file, label, metadata) = (Escaped(file), Escaped(label), Escaped(metadata));
    let bytes = thousands(*bytes);
    writeln!(
        page,
        "<figure><a href=\"{file}\"><img src=\"{file}\" width=\"{width}\" height=\"{height}\" alt=\"{label}\" \
         style=\"width:auto;height:auto\"></a><figcaption>{label}<span>{width} × {height}, {bytes} bytes</span>\
         <span>metadata: {metadata}</span></figcaption></figure>"
    )
}

fn write_step(page: &mut String, step: &Step) -> fmt::Result {
    let size = step.size.map_or(String::new(), |(width, height)| format!("{width} × {height}"));
    let bytes = step.bytes.map_or(String::new(), thousands);
    writeln!(
        page,
        "<tr><td>{}<td class=\"number\">{size}<td class=\"number\">{bytes}<td class=\"number\">{}<td>{}",
        Escaped(&step.name),
        milliseconds(step.time),
        Escaped(&step.note)
    )
}

fn write_refusal(page: &mut String, refusal: &Refusal) -> fmt::Result {
    let class = if refusal.is_refused() { "" } else { " class=\"wrong\"" };
    writeln!(
        page,
        "<tr{class}><td>{}<td>{}<td class=\"number\">{}<td><code>{}</code>",
        Escaped(refusal.attempt),
        refusal.by,
        refusal.status,
        Escaped(&refusal.code)
    )
}

/// Text as it stands in HTML, between tags or in a quoted attribute.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in self.0.chars() {
            match letter {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                _ => f.write_char(letter)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_cannot_become_markup() {
        assert_eq!(Escaped("<a href='x'>&\"").to_string(), "&lt;a href=&#39;x&#39;&gt;&amp;&quot;");
    }
}
