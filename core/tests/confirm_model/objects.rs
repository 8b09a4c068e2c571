//! The objects of all the model's stores, each kept once: an object is a number, and a store a few numbers.

use std::collections::{BTreeMap, HashMap};

use sha2::{Digest as _, Sha256};

use super::hashing::Map;
use super::photographs::{HEAD_BYTES, Upload, is_bare};
use super::request::Place;

/// A file, by its place in [`Objects`].
pub(crate) type FileId = u16;
/// An object, by its place in [`Objects`].
pub(crate) type ObjectId = u16;

/// A file and what it shows.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) bytes: Vec<u8>,
    pub(crate) name: String,
    /// The good upload whose picture it shows, and how wide it is.
    pub(crate) picture: Option<(Upload, u32)>,
    /// Whether it has no EXIF.
    pub(crate) is_bare: bool,
    /// SHA-256 of all bytes and of the head, in hexadecimal digits.
    pub(crate) hashes: [String; 2],
}

/// An object: a file, and the headers that it is served with.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Object {
    pub(crate) file: FileId,
    /// Without quotes.
    pub(crate) etag: String,
    pub(crate) headers: BTreeMap<String, String>,
}

/// The headers that requests store objects with, by their place in [`Objects`].
pub(crate) type HeadersId = u16;

/// The how manieth write to which place.
type Serial = (Place, u8);

/// Files and objects by number.
#[derive(Default)]
pub(crate) struct Objects {
    headers: Vec<BTreeMap<String, String>>,
    written: Map<(HeadersId, FileId, Option<Serial>), ObjectId>,
    files: Vec<File>,
    file_ids: HashMap<Vec<u8>, FileId>,
    known: Vec<Object>,
    object_ids: HashMap<Object, ObjectId>,
}

impl Objects {
    /// The number of a file; its name is made up where it has none.
    pub(crate) fn file(&mut self, bytes: &[u8], name: Option<String>) -> FileId {
        if let Some(id) = self.file_ids.get(bytes) {
            return *id;
        }
        let id = FileId::try_from(self.files.len()).expect("a few files");
        let picture = Upload::shown_by(bytes);
        let made_up = || match picture {
            Some((upload, width)) => format!("{upload:?} anew, {width} wide, {} bytes", bytes.len()),
            None => format!("{} unknown bytes", bytes.len()),
        };
        let name = name.unwrap_or_else(made_up);
        let hashes = [bytes, &bytes[..bytes.len().min(HEAD_BYTES)]].map(hash);
        self.files.push(File { bytes: bytes.to_vec(), name, picture, is_bare: is_bare(bytes), hashes });
        self.file_ids.insert(bytes.to_vec(), id);
        id
    }

    /// The number of these headers.
    pub(crate) fn headers(&mut self, headers: &BTreeMap<String, String>) -> HeadersId {
        let known = self.headers.iter().position(|known| known == headers);
        let id = known.unwrap_or_else(|| {
            self.headers.push(headers.clone());
            self.headers.len() - 1
        });
        HeadersId::try_from(id).expect("a few headers")
    }

    pub(crate) fn headers_by_id(&self, id: HeadersId) -> &BTreeMap<String, String> {
        &self.headers[usize::from(id)]
    }

    /// The object that a request writes; with a place and a number where each write gives an entity tag of its own.
    pub(crate) fn written(&mut self, headers: HeadersId, file: FileId, serial: Option<Serial>) -> ObjectId {
        if let Some(id) = self.written.get(&(headers, file, serial)) {
            return *id;
        }
        let etag = match serial {
            Some((place, number)) => format!("f{file}-{place:?}-{number}"),
            None => format!("f{file}"),
        };
        let id = self.object(Object { file, etag, headers: self.headers[usize::from(headers)].clone() });
        self.written.insert((headers, file, serial), id);
        id
    }

    fn object(&mut self, object: Object) -> ObjectId {
        if let Some(id) = self.object_ids.get(&object) {
            return *id;
        }
        let id = ObjectId::try_from(self.known.len()).expect("a few objects");
        self.known.push(object.clone());
        self.object_ids.insert(object, id);
        id
    }

    pub(crate) fn get(&self, id: ObjectId) -> &Object {
        &self.known[usize::from(id)]
    }

    pub(crate) fn file_of(&self, id: ObjectId) -> &File {
        &self.files[usize::from(self.get(id).file)]
    }

    pub(crate) fn file_by_id(&self, id: FileId) -> &File {
        &self.files[usize::from(id)]
    }
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}
