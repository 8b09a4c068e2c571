// presize/browser: the client side of an upload. No dependencies, no build step, no Node.js APIs.

export { PresizeError } from './errors.js';
export { formatFileSize } from './file_size.js';
export { validateImageFile } from './validate.js';
export { fileToDataUri, imageUrlToDataUri } from './data_uri.js';
export { downscale } from './downscale.js';
export { upload } from './upload.js';
export { uploadAll } from './upload_all.js';
export { UploadList } from './upload_list.js';
