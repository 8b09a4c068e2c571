'use strict';

// Services that call a Lambda function for a request of HTTP: the events are those of AWS's documentation, made of real requests,
// and what the function returns is held to what the service takes.

const assert = require('node:assert/strict');
const { serve } = require('./http_app.js');

const REQUEST_ID = 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef';
/** What Lambda returns at most, and what a load balancer takes. */
const MAX_BYTES = { restApi: 6_291_556, httpApi: 6_291_556, functionUrl: 6_291_556, loadBalancer: 1_000_000 };

/** The parameters of a query: all values of each name. */
function parametersOf(query, decode) {
  const found = {};
  for (const part of query.split('&').filter(Boolean)) {
    const [name, value = ''] = part.split(/=(.*)/s);
    (found[decode(name)] ??= []).push(decode(value));
  }
  return found;
}

const lastOf = (values) => Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.at(-1)]));
const orNull = (values) => (Object.keys(values).length === 0 ? null : values);
const formDecode = (text) => decodeURIComponent(text.replaceAll('+', ' '));

/** The events that services make of a request: `{ method, path, query, headers, host }`. */
const EVENTS = {
  /** https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html */
  restApi({ method, path, query, headers, host }) {
    const parameters = parametersOf(query, formDecode);
    return {
      resource: '/{proxy+}',
      path,
      httpMethod: method,
      headers,
      multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      queryStringParameters: orNull(lastOf(parameters)),
      multiValueQueryStringParameters: orNull(parameters),
      pathParameters: { proxy: path.slice(1) },
      stageVariables: null,
      requestContext: {
        accountId: '123456789012',
        apiId: '1234567890',
        domainName: host,
        httpMethod: method,
        path: `/prod${path}`,
        protocol: 'HTTP/1.1',
        requestId: REQUEST_ID,
        resourcePath: '/{proxy+}',
        stage: 'prod',
      },
      body: null,
      isBase64Encoded: false,
    };
  },
  /** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
  httpApi: (request) => payload2(request, { apiId: 'r3pmxmplak', rawPath: decodeURIComponent(request.path) }),
  /** https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html */
  functionUrl(request) {
    const host = 'url-id.lambda-url.us-west-2.on.aws';
    const headers = { ...request.headers, host };
    return payload2({ ...request, headers, host }, { apiId: 'url-id', rawPath: request.path });
  },
  /** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html */
  loadBalancer: ({ method, path, query, headers }) => ({
    requestContext: {
      elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/resize/6d0ecf831eec9f09' },
    },
    httpMethod: method,
    path,
    queryStringParameters: lastOf(parametersOf(query, (text) => text)),
    headers,
    body: '',
    isBase64Encoded: false,
  }),
};

function payload2({ method, path, query, headers, host }, { apiId, rawPath }) {
  const parameters = parametersOf(query, formDecode);
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString: query,
    headers,
    queryStringParameters: Object.fromEntries(Object.entries(parameters).map(([name, all]) => [name, all.join(',')])),
    requestContext: {
      accountId: '123456789012',
      apiId,
      domainName: host,
      domainPrefix: apiId,
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '203.0.113.7', userAgent: headers['user-agent'] },
      requestId: REQUEST_ID,
      routeKey: '$default',
      stage: '$default',
      time: '30/Nov/2026:08:15:30 +0000',
      timeEpoch: 1796026530000,
    },
    isBase64Encoded: false,
  };
}

/** Serves a function as `service` does. `calls` are the events that it was called with, `answers` what it returned. */
async function serveFunction(handler, service) {
  const calls = [];
  const answers = [];
  const context = { awsRequestId: REQUEST_ID, getRemainingTimeInMillis: () => 29_000 };
  const served = await serve(async (request, response) => {
    const [path, query = ''] = request.url.split(/\?(.*)/s);
    const { host } = request.headers;
    const event = EVENTS[service]({ method: request.method, path, query, headers: { ...request.headers }, host });
    calls.push(event);
    let answer;
    try {
      answer = await handler(JSON.parse(JSON.stringify(event)), context);
      expectAnswer(answer, service);
    } catch (error) {
      response.writeHead(502).end(String(error));
      return;
    }
    answers.push(answer);
    const { statusCode, headers = {}, multiValueHeaders = {}, body = '', isBase64Encoded = false } = answer;
    const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
    // The service counts the body; of an answer to HEAD it sends none.
    response.writeHead(statusCode, { ...headers, ...multiValueHeaders, 'content-length': bytes.length });
    response.end(request.method === 'HEAD' ? undefined : bytes);
  });
  return { ...served, calls, answers };
}

/** What the services refuse of an answer, which is then a 502. */
function expectAnswer(answer, service) {
  assert.ok(Number.isInteger(answer.statusCode));
  for (const [name, value] of Object.entries(answer.headers ?? {})) assert.equal(typeof value, 'string', name);
  assert.ok(['string', 'undefined'].includes(typeof answer.body));
  assert.ok(Buffer.byteLength(JSON.stringify(answer)) <= MAX_BYTES[service], 'the answer is too long');
  if (service === 'loadBalancer') assert.equal(typeof answer.isBase64Encoded, 'boolean');
}

module.exports = { serveFunction };
