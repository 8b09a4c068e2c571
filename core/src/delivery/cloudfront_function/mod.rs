//! The viewer-request function of CloudFront that a policy makes: it refuses, and brings queries into their canonical form,
//! before CloudFront looks into its cache.
//!
//! ```text
//! /photos/cat.jpg?h=150&utm_source=x&width=200, from a client with WebP
//!     -> /photos/cat.jpg?f=webp&fit=cover&h=150&q=80&w=200      what the cache and the origin see
//! /photos/cat.jpg?w=201
//!     -> 403 variant_not_allowed                                nothing is fetched
//! ```
//!
//! The code is `viewer_request.js`; the policy is data in JSON before it.

mod code;
mod policy_json;
mod squeeze;

#[cfg(test)]
mod tests;
