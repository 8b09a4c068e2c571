//! wip
fn main() { let t=std::time::Instant::now(); let p=presize_examples::photo::draw(presize_examples::photo::PhotoSize::TWELVE_MEGAPIXELS).unwrap(); println!("{} {:?}", p.len(), t.elapsed()); std::fs::write("/tmp/qs_photo.jpg", p).unwrap(); }
