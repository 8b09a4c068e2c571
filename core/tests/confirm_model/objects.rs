//! The objects of all the model's stores, each kept once: an object is a number, and a store a few numbers.

use std::collections::{BTreeMap, HashMap};

use super::photographs::Upload;

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
}

/// An object: a file, and the headers that it is served with.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Object {
    pub(crate) file: FileId,
    /// Without quotes.
    pub(crate) etag: String,
    pub(crate) headers: BTreeMap<String, String>,
}

/// Files and objects by number.
#[derive(Default)]
pub(crate) struct Objects {
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
        self.files.push(File { bytes: bytes.to_vec(), name, picture });
        self.file_ids.insert(bytes.to_vec(), id);
        id
    }

    pub(crate) fn object(&mut self, object: Object) -> ObjectId {
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
