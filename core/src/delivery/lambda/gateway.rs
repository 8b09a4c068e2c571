//! `GatewayEvent`: a request through API Gateway, a function URL or a load balancer.
//!
//! ```text
//! {"version": "2.0", "rawPath", "rawQueryString", "requestContext": {"http", "domainName", "stage"}}   HTTP API, function URL
//! {"version": "1.0", "httpMethod", "path", "multiValueQueryStringParameters", "requestContext"}        HTTP API
//! {"httpMethod", "path", "multiValueQueryStringParameters", "requestContext": {"path", "stage"}}       REST API
//! {"httpMethod", "path", "queryStringParameters", "requestContext": {"elb"}}                           load balancer
//! ```
//!
//! An HTTP API puts its stage before the path, unless it is `$default` or the API has a domain of its own; a REST API does so in
//! `requestContext.path` alone. A REST API decodes the base64 of an answer only where `binaryMediaTypes` has `*/*`.

use serde_json::{Map, Value, json};

use crate::error::Result;
use crate::presign::encode::{push_path, push_query};

use super::answer::{Body, LambdaAnswer, json_len, reason_phrase, write_json};
use super::event::{malformed, optional_object, optional_text, parse_event, text, texts};
use super::request::{LambdaRequest, Method, host_of};

/// What Lambda returns at most, 6 MB, of which a runtime that writes the JSON anew may need some.
const MAX_LAMBDA_BYTES: usize = 6_000_000;
/// "The maximum size of the response JSON that the Lambda function can send is 1 MB."
const MAX_LOAD_BALANCER_BYTES: usize = 1_000_000;

/// Which service asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Service {
    RestApi,
    /// With payload 1.0 or 2.0.
    HttpApi,
    FunctionUrl,
    /// With lists of values for headers, or one value each.
    LoadBalancer {
        has_lists: bool,
    },
}

/// An event of a gateway, and what may be returned for it.
#[derive(Debug, Clone)]
pub(crate) struct GatewayEvent {
    service: Service,
    request: LambdaRequest,
}

/// Reads an event of API Gateway, a function URL or a load balancer.
///
/// Error: `event_malformed`.
pub(crate) fn read_gateway(event: &str) -> Result<GatewayEvent> {
    const OTHER: &str = "JSON that is no event of API Gateway, a function URL or a load balancer";
    let event = parse_event(event)?;
    let context = &event["requestContext"];
    if context["http"].is_object() && event["rawPath"].is_string() {
        return read_payload_2(&event);
    }
    if !event["httpMethod"].is_string() || !event["path"].is_string() {
        return Err(malformed(OTHER));
    }
    let service = if context["elb"].is_object() {
        Service::LoadBalancer { has_lists: event["multiValueHeaders"].is_object() }
    } else if event["version"].is_string() {
        Service::HttpApi
    } else if context.is_object() {
        Service::RestApi
    } else {
        return Err(malformed(OTHER));
    };
    read_payload_1(&event, service)
}

impl GatewayEvent {
    pub(crate) fn request(&self) -> &LambdaRequest {
        &self.request
    }

    /// The JSON that the function returns.
    pub(crate) fn answer(&self, answer: &LambdaAnswer) -> String {
        write_json(self.members(answer), &answer.body)
    }

    /// The length of [`answer`](Self::answer), in bytes, without encoding the body.
    pub(crate) fn encoded_bytes(&self, answer: &LambdaAnswer) -> usize {
        json_len(self.members(answer), &answer.body)
    }

    /// The longest answer that the service takes, in bytes.
    pub(crate) fn max_bytes(&self) -> usize {
        match self.service {
            Service::LoadBalancer { .. } => MAX_LOAD_BALANCER_BYTES,
            _ => MAX_LAMBDA_BYTES,
        }
    }

    /// The members of the answer but for its body. API Gateway answers 502 where it finds others than it knows.
    fn members(&self, answer: &LambdaAnswer) -> Map<String, Value> {
        let mut headers: Map<String, Value> = Map::new();
        let has_lists = self.service == Service::LoadBalancer { has_lists: true };
        for (name, value) in &answer.headers {
            match headers.get_mut(*name) {
                Some(Value::Array(values)) => values.push(value.as_str().into()),
                Some(Value::String(values)) => *values = format!("{values}, {value}"),
                _ => {
                    let value = if has_lists { json!([value]) } else { json!(value) };
                    headers.insert((*name).to_owned(), value);
                }
            }
        }
        let mut members = Map::new();
        members.insert("statusCode".to_owned(), answer.status.into());
        members.insert(if has_lists { "multiValueHeaders" } else { "headers" }.to_owned(), headers.into());
        members.insert("isBase64Encoded".to_owned(), matches!(answer.body, Body::Bytes(_)).into());
        if let Service::LoadBalancer { .. } = self.service {
            let description = format!("{} {}", answer.status, reason_phrase(answer.status));
            members.insert("statusDescription".to_owned(), description.into());
        }
        members
    }
}

/// Payload 2.0: an HTTP API or a function URL.
fn read_payload_2(event: &Value) -> Result<GatewayEvent> {
    let context = &event["requestContext"];
    let domain = optional_text(&context["domainName"], "a domain name that is no text")?;
    let service = match domain {
        Some(domain) if domain.contains(".lambda-url.") => Service::FunctionUrl,
        _ => Service::HttpApi,
    };
    let method = text(&context["http"]["method"], "a request without a method")?;
    let path = text(&event["rawPath"], "a request without a path")?;
    let query = optional_text(&event["rawQueryString"], "a query that is no text")?.unwrap_or_default();
    let headers = Headers::read(event)?;
    let request = LambdaRequest {
        method: Method::parse(method),
        path: path_of(service, without_stage(path, service, context)?),
        query: query.strip_prefix('?').unwrap_or(query).to_owned(),
        client_path: path_of(service, path),
        ..headers.request(domain)?
    };
    Ok(GatewayEvent { service, request })
}

/// Payload 1.0 and the events of load balancers.
fn read_payload_1(event: &Value, service: Service) -> Result<GatewayEvent> {
    let context = &event["requestContext"];
    let method = text(&event["httpMethod"], "a request without a method")?;
    let path = text(&event["path"], "a request without a path")?;
    let client_path = match service {
        Service::RestApi => optional_text(&context["path"], "a path that is no text")?.unwrap_or(path),
        _ => path,
    };
    let domain = optional_text(&context["domainName"], "a domain name that is no text")?;
    let headers = Headers::read(event)?;
    let request = LambdaRequest {
        method: Method::parse(method),
        path: path_of(service, without_stage(path, service, context)?),
        query: query_of(event, service)?,
        client_path: path_of(service, client_path),
        ..headers.request(domain)?
    };
    Ok(GatewayEvent { service, request })
}

/// The path, percent-encoded: an HTTP API has decoded it.
fn path_of(service: Service, path: &str) -> String {
    let mut encoded = String::with_capacity(path.len() + 1);
    if !path.starts_with('/') {
        encoded.push('/');
    }
    if service == Service::HttpApi {
        push_path(&mut encoded, path);
    } else {
        encoded.push_str(path);
    }
    encoded
}

/// The path of an HTTP API without its stage, which is there under the API's own domain alone.
fn without_stage<'a>(path: &'a str, service: Service, context: &Value) -> Result<&'a str> {
    let stage = optional_text(&context["stage"], "a stage that is no text")?;
    let domain = context["domainName"].as_str().unwrap_or(".execute-api.");
    let (Service::HttpApi, Some(stage), true) = (service, stage, domain.contains(".execute-api.")) else {
        return Ok(path);
    };
    let rest = path.strip_prefix('/').and_then(|path| path.strip_prefix(stage));
    Ok(rest.filter(|rest| rest.is_empty() || rest.starts_with('/')).unwrap_or(path))
}

/// The query of payload 1.0 and of load balancers: names and values, decoded but for load balancers.
fn query_of(event: &Value, service: Service) -> Result<String> {
    const RECEIVED: &str = "parameters of a query of another form";
    let is_encoded = matches!(service, Service::LoadBalancer { .. });
    let mut query = String::new();
    let mut push = |name: &str, value: &str| {
        if !query.is_empty() {
            query.push('&');
        }
        if is_encoded {
            query.extend([name, "=", value]);
        } else {
            push_query(&mut query, name);
            query.push('=');
            push_query(&mut query, value);
        }
    };
    if let Some(lists) = optional_object(&event["multiValueQueryStringParameters"], RECEIVED)? {
        for (name, values) in lists {
            texts(values, RECEIVED)?.into_iter().for_each(|value| push(name, value));
        }
    } else if let Some(parameters) = optional_object(&event["queryStringParameters"], RECEIVED)? {
        for (name, value) in parameters {
            push(name, optional_text(value, RECEIVED)?.unwrap_or_default());
        }
    }
    Ok(query)
}

/// The headers of an event: with lists of values where there are some.
struct Headers<'a> {
    lists: Option<&'a Map<String, Value>>,
    single: Option<&'a Map<String, Value>>,
}

impl<'a> Headers<'a> {
    const RECEIVED: &'static str = "headers of another form";

    fn read(event: &'a Value) -> Result<Self> {
        let lists = optional_object(&event["multiValueHeaders"], Self::RECEIVED)?;
        let single = optional_object(&event["headers"], Self::RECEIVED)?;
        Ok(Self { lists, single })
    }

    /// The values of a header, whatever the case of its name.
    fn values(&self, name: &str) -> Result<Vec<&'a str>> {
        let mut found = Vec::new();
        for (_, values) in self.lists.into_iter().flatten().filter(|(known, _)| known.eq_ignore_ascii_case(name)) {
            found.extend(texts(values, Self::RECEIVED)?);
        }
        if found.is_empty() {
            for (_, value) in self.single.into_iter().flatten().filter(|(known, _)| known.eq_ignore_ascii_case(name)) {
                found.push(text(value, Self::RECEIVED)?);
            }
        }
        Ok(found)
    }

    /// The parts of a request that are in its headers.
    fn request(&self, domain: Option<&str>) -> Result<LambdaRequest> {
        let if_none_match = self.values("if-none-match")?;
        Ok(LambdaRequest {
            method: Method::Other,
            path: String::new(),
            query: String::new(),
            accept: self.values("accept")?.join(","),
            if_none_match: (!if_none_match.is_empty()).then(|| if_none_match.join(",")),
            has_range: !self.values("range")?.is_empty(),
            host: self.values("host")?.first().copied().or(domain).map(host_of),
            client_path: String::new(),
        })
    }
}
