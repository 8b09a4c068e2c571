'use strict';

const { Bucket, Credentials } = require('./lib/bucket.js');
const cloudfront = require('./lib/cloudfront.js');
const { PresizeError, requestMalformed, requestTooLarge, requestUnauthenticated } = require('./lib/error.js');
const images = require('./lib/images.js');
const presign = require('./lib/presign.js');
const { ImageRules, UploadPolicy } = require('./lib/rules.js');
const { UploadTicket, Uploads } = require('./lib/uploads.js');

// Each name stands here, so that Node sees it when an ES module imports this one.
module.exports = {
  Bucket,
  CheckedImage: images.CheckedImage,
  CloudFrontKeyPair: cloudfront.CloudFrontKeyPair,
  CloudFrontSigner: cloudfront.CloudFrontSigner,
  Credentials,
  EncodedImage: images.EncodedImage,
  ImageInfo: images.ImageInfo,
  ImageRules,
  PixelImage: images.PixelImage,
  PostForm: presign.PostForm,
  PreparedCookies: cloudfront.PreparedCookies,
  PreparedUrl: cloudfront.PreparedUrl,
  PresignedRequest: presign.PresignedRequest,
  Presigner: presign.Presigner,
  PresizeError,
  SignedCookies: cloudfront.SignedCookies,
  SignedUrl: cloudfront.SignedUrl,
  UploadPolicy,
  UploadTicket,
  Uploads,
  check: images.check,
  completeMultipartBody: presign.completeMultipartBody,
  contentDisposition: presign.contentDisposition,
  decode: images.decode,
  decodeDataUri: images.decodeDataUri,
  decodeDataUris: images.decodeDataUris,
  encode: images.encode,
  encodeDataUri: images.encodeDataUri,
  inspect: images.inspect,
  parseUploadId: presign.parseUploadId,
  requestMalformed,
  requestTooLarge,
  requestUnauthenticated,
  transform: images.transform,
  transformMany: images.transformMany,
};
