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
use super::request::{LambdaRequest, Method};

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
        ..LambdaRequest::of_headers(domain, |name| headers.values(name))?
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
        ..LambdaRequest::of_headers(domain, |name| headers.values(name))?
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::lambda::mutations::{anything, mutated};
    use crate::delivery::percent::{decode_form, decode_path};
    use proptest::prelude::*;

    fn rest() -> Value {
        json!({
            "resource": "/{proxy+}",
            "path": "/photos/a%2520b/cat+1.jpg",
            "httpMethod": "GET",
            "headers": {"Accept": "image/webp", "Host": "a1b2c3d4e5.execute-api.ap-northeast-2.amazonaws.com"},
            "multiValueHeaders": {
                "Accept": ["image/avif", "image/webp"],
                "Host": ["a1b2c3d4e5.execute-api.ap-northeast-2.amazonaws.com"],
            },
            "queryStringParameters": {"w": "300", "key": "300x300/a b&c=d+é.jpg"},
            "multiValueQueryStringParameters": {"w": ["200", "300"], "key": ["300x300/a b&c=d+é.jpg"]},
            "pathParameters": {"proxy": "photos/a%2520b/cat+1.jpg"},
            "stageVariables": null,
            "requestContext": {
                "resourcePath": "/{proxy+}", "httpMethod": "GET", "path": "/prod/photos/a%2520b/cat+1.jpg", "stage": "prod",
                "domainName": "a1b2c3d4e5.execute-api.ap-northeast-2.amazonaws.com", "apiId": "a1b2c3d4e5",
            },
            "body": null,
            "isBase64Encoded": false,
        })
    }

    /// Payload 1.0 of an HTTP API.
    fn http_1() -> Value {
        let mut event = rest();
        event["version"] = json!("1.0");
        event["path"] = json!("/prod/photos/a%20b/cat+1.jpg");
        event["requestContext"]["path"] = event["path"].clone();
        event
    }

    fn http_2() -> Value {
        json!({
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": "/prod/photos/a%20b/cat+1.jpg",
            "rawQueryString": "w=200&w=300&x=a%20b",
            "headers": {"accept": "image/avif,image/webp", "host": "a1b2c3d4e5.execute-api.ap-northeast-2.amazonaws.com"},
            "queryStringParameters": {"w": "200,300", "x": "a b"},
            "requestContext": {
                "apiId": "a1b2c3d4e5", "domainName": "a1b2c3d4e5.execute-api.ap-northeast-2.amazonaws.com",
                "http": {"method": "GET", "path": "/prod/photos/a%20b/cat+1.jpg", "protocol": "HTTP/1.1"}, "stage": "prod",
            },
            "isBase64Encoded": false,
        })
    }

    fn function_url() -> Value {
        let mut event = http_2();
        event["rawPath"] = json!("/photos/a%2520b/cat+1.jpg");
        event["requestContext"]["domainName"] = json!("abcdefg.lambda-url.ap-northeast-2.on.aws");
        event["requestContext"]["stage"] = json!("$default");
        event["headers"]["host"] = json!("abcdefg.lambda-url.ap-northeast-2.on.aws");
        event
    }

    fn load_balancer(has_lists: bool) -> Value {
        let target = "arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:targetgroup/images/6d0ecf831eec9f09";
        let mut event = json!({
            "requestContext": {"elb": {"targetGroupArn": target}},
            "httpMethod": "GET",
            "path": "/photos/a%2520b/cat+1.jpg",
            "body": "",
            "isBase64Encoded": false,
        });
        if has_lists {
            event["multiValueHeaders"] = json!({"accept": ["image/avif", "image/webp"], "host": ["img.example.com"]});
            event["multiValueQueryStringParameters"] = json!({"w": ["200", "300"], "x%20y": ["a%20b"]});
        } else {
            event["headers"] = json!({"accept": "image/webp", "host": "img.example.com"});
            event["queryStringParameters"] = json!({"w": "300", "x%20y": "a%20b"});
        }
        event
    }

    fn read(event: &Value) -> GatewayEvent {
        read_gateway(&event.to_string()).unwrap()
    }

    fn parsed(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    fn picture(bytes: usize) -> LambdaAnswer {
        let headers = vec![("content-type", "image/webp".to_owned()), ("vary", "Accept".to_owned())];
        LambdaAnswer { status: 200, headers, body: Body::Bytes(vec![b'a'; bytes]) }
    }

    /// The object is `photos/a%20b/cat+1.jpg` everywhere, with a percent sign in its name.
    #[test]
    fn every_service_has_the_same_path() {
        let in_stage = "/prod/photos/a%2520b/cat+1.jpg";
        let at_root = "/photos/a%2520b/cat+1.jpg";
        for (event, client_path) in [
            (rest(), in_stage),
            (http_1(), in_stage),
            (http_2(), in_stage),
            (function_url(), at_root),
            (load_balancer(false), at_root),
            (load_balancer(true), at_root),
        ] {
            let request = read(&event).request().clone();
            assert_eq!(request.method, Method::Get);
            assert_eq!(decode_path(&request.path).as_deref(), Some("/photos/a%20b/cat+1.jpg"), "{event}");
            assert_eq!(decode_path(&request.client_path), decode_path(client_path), "{event}");
        }
    }

    #[test]
    fn queries_are_what_the_client_sent() {
        assert_eq!(read(&rest()).request().query, "key=300x300%2Fa%20b%26c%3Dd%2B%C3%A9.jpg&w=200&w=300");
        assert_eq!(read(&http_2()).request().query, "w=200&w=300&x=a%20b");
        assert_eq!(read(&function_url()).request().query, "w=200&w=300&x=a%20b");
        assert_eq!(read(&load_balancer(false)).request().query, "w=300&x%20y=a%20b");
        assert_eq!(read(&load_balancer(true)).request().query, "w=200&w=300&x%20y=a%20b");
        for (single, lists, query) in [
            (json!(null), json!(null), ""),
            (json!({}), json!({}), ""),
            (json!({"w": ""}), json!(null), "w="),
            (json!({"w": null}), json!(null), "w="),
            (json!({"w": "2"}), json!({"w": ["1", "2"]}), "w=1&w=2"),
            (json!({"%77": "%31"}), json!(null), "%2577=%2531"),
        ] {
            let mut event = rest();
            event["queryStringParameters"] = single;
            event["multiValueQueryStringParameters"] = lists;
            assert_eq!(read(&event).request().query, query);
        }
        let mut event = function_url();
        event["rawQueryString"] = json!("?w=200");
        assert_eq!(read(&event).request().query, "w=200");
        event["rawQueryString"] = json!(null);
        assert_eq!(read(&event).request().query, "");
    }

    #[test]
    fn a_stage_is_cut_off_where_it_is_one() {
        for (path, stage, domain, cut) in [
            ("/prod/cat.jpg", "prod", "a1.execute-api.us-east-1.amazonaws.com", "/cat.jpg"),
            ("/prod", "prod", "a1.execute-api.us-east-1.amazonaws.com", "/"),
            ("/production/cat.jpg", "prod", "a1.execute-api.us-east-1.amazonaws.com", "/production/cat.jpg"),
            ("/cat.jpg", "$default", "a1.execute-api.us-east-1.amazonaws.com", "/cat.jpg"),
            ("/prod/cat.jpg", "prod", "img.example.com", "/prod/cat.jpg"),
            ("/$default/cat.jpg", "$default", "abc.lambda-url.us-east-1.on.aws", "/$default/cat.jpg"),
        ] {
            let mut event = http_2();
            event["rawPath"] = json!(path);
            event["requestContext"]["stage"] = json!(stage);
            event["requestContext"]["domainName"] = json!(domain);
            let read = read(&event).request().clone();
            assert_eq!(read.path, cut, "{path} {domain}");
        }
    }

    #[test]
    fn headers_have_any_case_and_come_repeatedly() {
        for event in [rest(), http_1(), http_2(), function_url(), load_balancer(true)] {
            assert_eq!(read(&event).request().accept, "image/avif,image/webp", "{event}");
        }
        let mut event = rest();
        event["multiValueHeaders"] = json!(null);
        event["headers"] = json!({"aCCept": "image/webp", "RANGE": "bytes=0-1", "if-none-match": "\"a\""});
        let request = read(&event).request().clone();
        assert_eq!((request.accept.as_str(), request.has_range), ("image/webp", true));
        assert_eq!(request.if_none_match.as_deref(), Some("\"a\""));
        assert_eq!(request.host.as_deref(), Some("a1b2c3d4e5.execute-api.ap-northeast-2.amazonaws.com"));
        event["headers"] = json!(null);
        assert_eq!(read(&event).request().accept, "");
    }

    #[test]
    fn answers_have_the_members_that_the_service_knows() {
        let mut answer = picture(0);
        answer.body = Body::Bytes(b"foob".to_vec());
        answer.headers.push(("vary", "Origin".to_owned()));
        let expected = json!({
            "statusCode": 200, "headers": {"content-type": "image/webp", "vary": "Accept, Origin"},
            "body": "Zm9vYg==", "isBase64Encoded": true,
        });
        for event in [rest(), http_1(), http_2(), function_url()] {
            assert_eq!(parsed(&read(&event).answer(&answer)), expected);
        }
        let mut balanced = expected.clone();
        balanced["statusDescription"] = json!("200 OK");
        assert_eq!(parsed(&read(&load_balancer(false)).answer(&answer)), balanced);
        balanced.as_object_mut().unwrap().remove("headers");
        balanced["multiValueHeaders"] = json!({"content-type": ["image/webp"], "vary": ["Accept", "Origin"]});
        assert_eq!(parsed(&read(&load_balancer(true)).answer(&answer)), balanced);
    }

    #[test]
    fn an_answer_without_a_body_has_none() {
        let headers = vec![("location", "https://cdn.example.com/300x300/cat.jpg".to_owned())];
        let answer = LambdaAnswer { status: 307, headers, body: Body::None };
        let written = parsed(&read(&rest()).answer(&answer));
        let headers = json!({"location": "https://cdn.example.com/300x300/cat.jpg"});
        assert_eq!(written, json!({"statusCode": 307, "headers": headers, "isBase64Encoded": false}));
        let written = parsed(&read(&load_balancer(false)).answer(&answer));
        assert_eq!(written["statusDescription"], "307 Temporary Redirect");
        let text = LambdaAnswer { status: 404, body: Body::Text("{\"message\": \"\u{1f600}\"}".to_owned()), ..answer };
        let written = parsed(&read(&rest()).answer(&text));
        assert_eq!(
            (&written["body"], &written["isBase64Encoded"]),
            (&json!("{\"message\": \"\u{1f600}\"}"), &json!(false))
        );
    }

    #[test]
    fn a_load_balancer_takes_1_mb_and_the_others_6() {
        for (event, max_bytes) in [(rest(), MAX_LAMBDA_BYTES), (load_balancer(true), MAX_LOAD_BALANCER_BYTES)] {
            let event = read(&event);
            let largest = (max_bytes - event.encoded_bytes(&picture(0))) / 4 * 3;
            for bytes in [0, 1, 2, 3, largest, largest + 1] {
                let answer = picture(bytes);
                let written = event.answer(&answer);
                assert_eq!(written.len(), event.encoded_bytes(&answer), "{bytes}");
                assert!(bytes < 10 || written.len() == written.capacity(), "the text grew while it was written");
                assert_eq!(event.encoded_bytes(&answer) <= event.max_bytes(), bytes <= largest, "{bytes}");
            }
        }
    }

    #[test]
    fn other_events_are_malformed() {
        let with = |mut event: Value, pointer: &str, value: Value| {
            *event.pointer_mut(pointer).unwrap() = value;
            event
        };
        let lattice = json!({"version": "2.0", "path": "/cat.jpg", "method": "GET", "headers": {"accept": ["*/*"]},
            "requestContext": {"serviceNetworkArn": "arn:aws:vpc-lattice:us-east-1:123456789012:servicenetwork/sn-0"}});
        let socket = json!({"requestContext": {"routeKey": "$connect", "connectionId": "a", "stage": "prod"}});
        for event in [
            json!(null),
            json!({}),
            lattice,
            socket,
            json!({"Records": [{"eventSource": "aws:s3"}]}),
            json!({"httpMethod": "GET", "path": "/"}),
            json!({"httpMethod": "GET", "path": "/", "requestContext": null}),
            with(rest(), "/path", json!(null)),
            with(rest(), "/httpMethod", json!(7)),
            with(rest(), "/requestContext", json!([])),
            with(rest(), "/requestContext/path", json!(7)),
            with(rest(), "/requestContext/domainName", json!({})),
            with(rest(), "/multiValueHeaders", json!("a")),
            with(rest(), "/multiValueHeaders/Accept", json!("image/webp")),
            with(rest(), "/multiValueHeaders/Accept", json!([7])),
            with(rest(), "/headers", json!([])),
            with(rest(), "/multiValueQueryStringParameters", json!([])),
            with(rest(), "/multiValueQueryStringParameters/w", json!("200")),
            with(rest(), "/multiValueQueryStringParameters/w", json!([200])),
            with(load_balancer(false), "/queryStringParameters/w", json!(200)),
            with(load_balancer(false), "/headers/accept", json!(["a"])),
            with(http_2(), "/rawPath", json!(7)),
            with(http_2(), "/rawQueryString", json!({})),
            with(http_2(), "/requestContext/http/method", json!(null)),
            with(http_2(), "/requestContext/stage", json!(7)),
            with(http_2(), "/headers/accept", json!(7)),
        ] {
            let error = read_gateway(&event.to_string()).map(|_| event.clone()).unwrap_err();
            assert_eq!((error.code(), error.http_status()), ("event_malformed", 400), "{event}");
        }
    }

    proptest! {
        /// Whatever is read can be answered, with members of the right types.
        #[test]
        fn every_event_is_answered_or_refused(
            event in prop_oneof![
                anything(),
                mutated(rest()),
                mutated(http_2()),
                mutated(load_balancer(true)),
                mutated(load_balancer(false)),
            ],
            status in 200..600_u16,
            body in prop_oneof![
                Just(Body::None),
                "\\PC{0,9}".prop_map(Body::Text),
                prop::collection::vec(any::<u8>(), 0..9).prop_map(Body::Bytes),
            ],
        ) {
            match read_gateway(&event.to_string()) {
                Err(error) => prop_assert_eq!(error.code(), "event_malformed"),
                Ok(read) => {
                    prop_assert!(read.request().path.starts_with('/'));
                    prop_assert!(read.request().client_path.starts_with('/'));
                    let answer = LambdaAnswer { status, body, ..picture(0) };
                    let written = read.answer(&answer);
                    prop_assert_eq!(written.len(), read.encoded_bytes(&answer));
                    let written = parsed(&written);
                    prop_assert_eq!(&written["statusCode"], &Value::from(status));
                    prop_assert_eq!(written["isBase64Encoded"].as_bool(), Some(matches!(answer.body, Body::Bytes(_))));
                    prop_assert_eq!(written.get("body").is_some(), answer.body != Body::None);
                    let is_balanced = event["requestContext"]["elb"].is_object();
                    prop_assert_eq!(written["statusDescription"].is_string(), is_balanced);
                    let has_lists = is_balanced && event["multiValueHeaders"].is_object();
                    let headers = written[if has_lists { "multiValueHeaders" } else { "headers" }].as_object().unwrap();
                    prop_assert!(headers.values().all(|value| value.is_array() == has_lists));
                }
            }
        }

        /// What API Gateway has decoded is read as it was decoded, and never decoded again.
        #[test]
        fn nothing_is_decoded_twice(name in "\\PC{0,9}|(%[0-9a-f]{2}|[+/?&=%#]){0,6}", path in "/(\\PC{0,9}|(%[0-9a-f]{2}|[+/?&=%#]){0,6})") {
            let mut event = rest();
            event["multiValueQueryStringParameters"] = json!({name.as_str(): [name, "b"]});
            let query = read(&event).request().query.clone();
            let pairs: Vec<_> = query.split('&').map(|pair| {
                let (name, value) = pair.split_once('=').unwrap();
                (decode_form(name).unwrap().into_owned(), decode_form(value).unwrap().into_owned())
            }).collect();
            prop_assert_eq!(pairs, [(name.clone(), name.clone()), (name.clone(), "b".to_owned())]);
            let mut event = http_2();
            event["rawPath"] = json!(path);
            event["requestContext"]["stage"] = json!("$default");
            let event = read(&event);
            prop_assert_eq!(decode_path(&event.request().path).unwrap(), path);
        }
    }
}
