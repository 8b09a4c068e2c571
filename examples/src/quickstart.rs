//! The whole path of an upload, top-down: ticket, upload, confirmation, check, transform, delivery, and what is refused.
//!
//! Every request is a real one over HTTP. In a program of your own, the parts marked "browser" happen in the browser,
//! and only the bucket differs: `Bucket::s3("ap-northeast-2", "photos")?` with `Credentials::from_env()?`.

use std::error::Error as StdError;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use presize::{
    Bucket, ConfirmRequest, Confirmed, Credentials, EncodedImage, Fit, ImageRules, OutputFormat, Presigner, Transform,
    UploadPolicy, UploadRequest, UploadTicket, Uploads, UrlStyle,
};

use crate::confirm::confirm_upload;
use crate::drive::PATIENT;
use crate::http::Client;
use crate::photo::{self, PhotoSize};
use crate::report::{Failure, Picture, Refusal, Report};
use crate::store::EmbeddedS3;
use crate::table::{Done, Table};
use crate::{contact_sheet, exif, refusals};

/// The largest file that may be uploaded, in bytes.
const MAX_BYTES: u64 = 25 * 1024 * 1024;

/// The widths that are asked for, in pixels; the results are named after them. A smaller upload is not enlarged.
const WIDTHS: [u32; 3] = [80, 500, 800];

/// What is uploaded.
#[derive(Debug, Clone)]
pub enum Input {
    /// A photo that is drawn first.
    Drawn(PhotoSize),
    /// Files: JPEG, PNG, WebP or GIF.
    Files(Vec<PathBuf>),
}

/// A file as a user has it.
struct Photo {
    name: String,
    media_type: &'static str,
    bytes: Vec<u8>,
}

/// Takes every photo along the whole path, tries what must be refused, and writes pictures and contact sheet to
/// `folder`.
pub fn run(input: &Input, folder: &Path, mut table: Table<'_>) -> Result<Report, Failure> {
    std::fs::create_dir_all(folder).map_err(|error| Failure::file(folder, error))?;
    let mut report = Report { folder: folder.to_owned(), ..Report::default() };

    say(&mut table, "Preparation")?;
    let photos = take_photos(input, &mut table)?;
    let store = table.step("start an S3 server on loopback", || {
        let store = EmbeddedS3::start("photos")?;
        let endpoint = store.endpoint();
        Ok(Done::new(store).note(endpoint))
    })?;
    let back_end = BackEnd::new(&store).map_err(|error| Failure::step("configure", error))?;
    let client = Client::new();

    for (index, photo) in photos.iter().enumerate() {
        say(&mut table, &photo.name)?;
        let ticket = back_end.upload(photo, &client, &mut table)?;
        back_end.confirm(photo, &ticket, &client, &mut table)?;
        let original = back_end.fetch(photo, &ticket, &client, &mut table)?;
        let results = back_end.transform(photo, &original, &mut table)?;
        back_end.store(&ticket, &results, &client, &mut table)?;
        back_end.round_trip(&results, &mut table)?;
        let name = file_name(&photo.name, index, photos.len());
        report.pictures.extend(write_pictures(&name, &original, &results, folder, &mut table)?);

        if index == 0 {
            report.refusals = back_end
                .try_refusals(&results, &client)
                .map_err(|reason| Failure::Step { name: "try what must be refused".to_owned(), reason })?;
        }
    }
    table.refusals(&report.refusals).map_err(|error| Failure::step("print", error))?;

    report.steps = table.into_steps();
    contact_sheet::write(&report).map_err(|error| Failure::file(&report.contact_sheet(), error))?;
    Ok(report)
}

/// What a web back end keeps for its whole life.
struct BackEnd {
    presigner: Presigner,
    uploads: Uploads,
    rules: ImageRules,
}

impl BackEnd {
    fn new(store: &EmbeddedS3) -> presize::Result<Self> {
        let bucket = Bucket::custom(&store.endpoint(), "ap-northeast-2", "photos", UrlStyle::Path)?;
        let credentials = Credentials::new(store.access_key_id(), store.secret_access_key())?;
        let presigner = Presigner::new(bucket, credentials);
        // One policy before the upload, one set of rules after it.
        let uploads = Uploads::new(presigner.clone(), UploadPolicy::default().max_bytes(MAX_BYTES))?;
        let rules = ImageRules::default().max_bytes(MAX_BYTES);
        Ok(Self { presigner, uploads, rules })
    }

    /// The browser asks for a ticket and uploads with it: the file goes to the store, past the back end.
    fn upload(&self, photo: &Photo, client: &Client, table: &mut Table<'_>) -> Result<UploadTicket, Failure> {
        let ticket = table.step("issue an upload ticket", || {
            let request =
                UploadRequest::new("user-7", photo.media_type, photo.bytes.len() as u64).filename(&photo.name);
            let ticket = self.uploads.issue(&request, nonce()?, SystemTime::now())?;
            let note = ticket.key.clone();
            Ok(Done::new(ticket).note(note))
        })?;
        table.step("browser: PUT with the ticket's headers", || {
            let answer = client.upload(&ticket, &photo.bytes)?.into_success()?;
            Ok(Done::new(()).bytes(photo.bytes.len()).note(format!("{}", answer.status)))
        })?;
        Ok(ticket)
    }

    /// The browser says that it is done. The back end checks what has arrived, and gives it its final key only then.
    fn confirm(
        &self,
        photo: &Photo,
        ticket: &UploadTicket,
        client: &Client,
        table: &mut Table<'_>,
    ) -> Result<Confirmed, Failure> {
        table.step("confirm: check, strip, write, clean up", || {
            let request = ConfirmRequest::new("user-7", &ticket.key).filename(&photo.name);
            let confirmed = confirm_upload(&self.uploads, &request, client, PATIENT, |_| ())?;
            let (width, height, bytes) = (confirmed.width, confirmed.height, confirmed.bytes as usize);
            let note = format!("{}, ETag {}", confirmed.format, confirmed.etag);
            Ok(Done::new(confirmed).size(width, height).bytes(bytes).note(note))
        })
    }

    /// What is at the final key is what was uploaded, without what it says of its owner.
    fn fetch(
        &self,
        photo: &Photo,
        ticket: &UploadTicket,
        client: &Client,
        table: &mut Table<'_>,
    ) -> Result<Vec<u8>, Failure> {
        let bytes = table.step("GET it back", || {
            let request = self.presigner.get(&ticket.key).sign(SystemTime::now())?;
            let answer = client.send_presigned(&request, b"")?.into_success()?;
            if answer.body != *presize::strip_metadata(&photo.bytes, &self.rules)?.bytes {
                return Err("the store returned other bytes than were uploaded and stripped".into());
            }
            if exif::gps_position(&answer.body).is_some() {
                return Err("the store returned a file that says where it was taken".into());
            }
            let length = answer.body.len();
            Ok(Done::new(answer.body).bytes(length).note(format!("{}, without its metadata", answer.status)))
        })?;
        table.step("check: a whole image, of the type it says", || {
            let checked = presize::check(&bytes, Some(photo.media_type), &self.rules)?;
            let note = format!("{}, EXIF orientation {}", checked.format, checked.info.orientation.exif());
            Ok(Done::new(()).size(checked.width, checked.height).bytes(checked.bytes.len()).note(note))
        })?;
        Ok(bytes)
    }

    /// One decode, three pictures: a thumbnail, one for the page, a larger one as WebP.
    fn transform(&self, photo: &Photo, original: &[u8], table: &mut Table<'_>) -> Result<Vec<EncodedImage>, Failure> {
        let [thumbnail, page, full] = WIDTHS.map(|width| Transform::default().width(width));
        let wanted = [
            thumbnail.height(80).fit(Fit::Cover).format(OutputFormat::Jpeg),
            page.format(OutputFormat::Jpeg).quality(82),
            full.format(OutputFormat::Webp),
        ];
        let results = table.step("transform_many: decode once, make three", || {
            let results = presize::transform_many(original, &wanted, &self.rules)?;
            let total = results.iter().map(|image| image.bytes.len()).sum();
            Ok(Done::new(results).bytes(total))
        })?;
        table.step("look for metadata in all of them", || {
            if results.iter().any(|image| exif::find(&image.bytes).is_some()) {
                return Err("a result still carries EXIF metadata".into());
            }
            Ok(Done::new(()).note(format!("{} before, none after", metadata_of(&photo.bytes))))
        })?;
        Ok(results)
    }

    /// The results go to the store alongside the original, each by a presigned PUT.
    fn store(
        &self,
        ticket: &UploadTicket,
        results: &[EncodedImage],
        client: &Client,
        table: &mut Table<'_>,
    ) -> Result<(), Failure> {
        let (stem, _) = ticket.key.rsplit_once('.').unwrap_or((&ticket.key, ""));
        for (image, width) in results.iter().zip(WIDTHS) {
            let name = format!("{width}{}", image.format.extension());
            let key = format!("{stem}/{name}");
            table.step(&format!("PUT .../{name}"), || {
                let request = self
                    .presigner
                    .put(&key)
                    .content_type(image.format.media_type())
                    .content_length(image.bytes.len() as u64)
                    .sign(SystemTime::now())?;
                let answer = client.send_presigned(&request, &image.bytes)?.into_success()?;
                let done = Done::new(()).size(image.width, image.height).bytes(image.bytes.len());
                Ok(done.note(format!("{}", answer.status)))
            })?;
        }
        Ok(())
    }

    /// Small pictures also travel inside JSON and HTML. What comes back is checked by the same rules.
    fn round_trip(&self, results: &[EncodedImage], table: &mut Table<'_>) -> Result<(), Failure> {
        let thumbnail = first(results)?;
        table.step("the thumbnail as a data URI, and back", || {
            let text = thumbnail.to_data_uri();
            let checked = presize::decode_data_uri(&text, &self.rules)?;
            if *checked.bytes != *thumbnail.bytes {
                return Err("the data URI holds other bytes than the thumbnail".into());
            }
            let note = format!("{}...", text.chars().take(30).collect::<String>());
            Ok(Done::new(()).size(checked.width, checked.height).bytes(text.len()).note(note))
        })
    }

    fn try_refusals(&self, results: &[EncodedImage], client: &Client) -> Result<Vec<Refusal>, Box<dyn StdError>> {
        let jpeg = results.get(1).map(|image| image.bytes.as_slice()).ok_or("no picture was made")?;
        let mut tried = refusals::try_policy(&self.presigner, self.uploads.policy())?;
        tried.extend(refusals::try_store(&self.presigner, client, jpeg)?);
        tried.extend(refusals::try_uploads(&self.uploads, client, jpeg)?);
        tried.extend(refusals::try_files(&self.rules, jpeg)?);
        Ok(tried)
    }
}

/// 128 random bits: what keeps one key from being guessed from another.
fn nonce() -> Result<[u8; 16], getrandom::Error> {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits)?;
    Ok(bits)
}

/// Draws the photo, or reads the files of the command line.
fn take_photos(input: &Input, table: &mut Table<'_>) -> Result<Vec<Photo>, Failure> {
    match input {
        Input::Drawn(size) => {
            let name = format!("draw a {:.0}-megapixel photo", size.megapixels());
            let photo = table.step(&name, || {
                let bytes = photo::draw(*size)?;
                let length = bytes.len();
                let photo = Photo { name: "photo.jpg".to_owned(), media_type: "image/jpeg", bytes };
                let done = Done::new(photo).size(size.width.into(), size.height.into()).bytes(length);
                Ok(done.note("stored on its side, taken in Seoul"))
            })?;
            Ok(vec![photo])
        }
        Input::Files(paths) => paths.iter().map(|path| read_photo(path)).collect(),
    }
}

fn read_photo(path: &Path) -> Result<Photo, Failure> {
    let size = std::fs::metadata(path).map_err(|error| Failure::file(path, error))?;
    if !size.is_file() {
        return Err(Failure::file(path, "not a file"));
    }
    if size.len() > MAX_BYTES {
        return Err(Failure::file(path, format!("larger than the {MAX_BYTES} bytes that may be uploaded")));
    }
    let bytes = std::fs::read(path).map_err(|error| Failure::file(path, error))?;
    // A browser says the type that goes with the file's extension; the bytes know better.
    let info = presize::inspect(&bytes).map_err(|error| Failure::file(path, error))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Photo { name, media_type: info.format.media_type(), bytes })
}

/// Writes the upload and the results where a person can look at them.
fn write_pictures(
    name: &str,
    original: &[u8],
    results: &[EncodedImage],
    folder: &Path,
    table: &mut Table<'_>,
) -> Result<Vec<Picture>, Failure> {
    table.step("write the pictures to the folder", || {
        let info = presize::inspect(original)?;
        let file = format!("{name}{}", info.format.extension());
        std::fs::write(folder.join(&file), original)?;
        let mut pictures = vec![Picture {
            file,
            label: "as confirmed".to_owned(),
            width: info.width,
            height: info.height,
            bytes: original.len() as u64,
            metadata: metadata_of(original),
        }];
        for (image, width) in results.iter().zip(WIDTHS) {
            let file = format!("{name}-{width}{}", image.format.extension());
            std::fs::write(folder.join(&file), &image.bytes)?;
            pictures.push(Picture {
                file,
                label: format!("{width} px {}", image.format),
                width: image.width,
                height: image.height,
                bytes: image.bytes.len() as u64,
                metadata: metadata_of(&image.bytes),
            });
        }
        let total = pictures.iter().map(|picture| picture.bytes as usize).sum();
        Ok(Done::new(pictures).bytes(total))
    })
}

/// What a file tells beside its picture.
fn metadata_of(file: &[u8]) -> String {
    match (exif::gps_position(file), exif::find(file)) {
        (Some(position), _) => format!("GPS {position}"),
        (None, Some(_)) => "EXIF without GPS".to_owned(),
        (None, None) => "none".to_owned(),
    }
}

/// A name for the files of a photo: only letters, digits, `-` and `_`; numbered where there are several.
fn file_name(name: &str, index: usize, count: usize) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let safe = |letter: char| if letter.is_alphanumeric() || letter == '-' { letter } else { '_' };
    let stem: String = stem.chars().take(40).map(safe).collect();
    if count > 1 { format!("{}-{stem}", index + 1) } else { stem }
}

fn first(results: &[EncodedImage]) -> Result<&EncodedImage, Failure> {
    results.first().ok_or_else(|| Failure::step("transform", "no picture was made"))
}

fn say(table: &mut Table<'_>, headline: &str) -> Result<(), Failure> {
    table.headline(headline).map_err(|error| Failure::step("print", error))
}
