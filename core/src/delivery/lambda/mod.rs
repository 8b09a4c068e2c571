//! Events of AWS Lambda: an HTTP request wrapped in JSON -> a plain request; a plain answer -> the JSON that the function returns.
//!
//! ```text
//! CloudFront, origin request or response      \                      / {status, headers: {name: [{key, value}]}, body}
//! API Gateway, payloads 1.0 and 2.0            > LambdaRequest ...
//! function URL | load balancer                /      LambdaAnswer -> \ {statusCode, headers, body, isBase64Encoded}
//! ```
//!
//! What a service has decoded is encoded again here, so that `path` and `query` are always read by the rules of URLs:
//!
//! | service                               | path         | query                        | at most |
//! | ------------------------------------- | ------------ | ---------------------------- | ------- |
//! | CloudFront (Lambda@Edge)              | as sent      | as sent                      | 1 MB    |
//! | API Gateway, REST API (1.0)           | as sent      | decoded, duplicates in lists | 6 MB    |
//! | API Gateway, HTTP API (1.0)           | decoded      | decoded, duplicates in lists | 6 MB    |
//! | API Gateway, HTTP API (2.0)           | decoded      | as sent, `rawQueryString`    | 6 MB    |
//! | function URL (2.0)                    | as sent      | as sent, `rawQueryString`    | 6 MB    |
//! | Application Load Balancer             | as sent      | pairs as sent, the last of duplicates or lists | 1 MB |
//!
//! An HTTP API loses the part of a path after an encoded question mark before the function sees it, and turns `%2F` into a
//! slash: keys with a question mark cannot be asked for through it.
//!
//! The forms are those of the documentation:
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html>,
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-generating-http-responses.html>,
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html>,
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html>,
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html>,
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>,
//! <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html>,
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html>.

mod answer;
mod cloudfront;
mod edge_headers;
mod event;
mod gateway;
#[cfg(test)]
mod mutations;
mod request;

pub(crate) use answer::{Body, LambdaAnswer};
pub(crate) use cloudfront::{CloudFrontEvent, read_cloudfront};
pub(crate) use gateway::{GatewayEvent, read_gateway};
pub(crate) use request::{LambdaRequest, Method};
