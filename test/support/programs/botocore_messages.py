"""Messages as botocore writes and reads them, without a network.

Reads one JSON document from standard input, a list of
{service, operation, protocol, input, answer: {status, headers, body}}, and writes the list of
{request: {method, path, query, headers, body}, output}. Bytes are {"$bytes": base64} and times are
{"$time": milliseconds}. The models are those of src/api/model, which have botocore's form: the installed botocore may be
older than they are.
"""

import base64
import datetime
import io
import json
import sys
from urllib.parse import urlencode

import botocore.model
import botocore.parsers
import botocore.serialize
from botocore.awsrequest import HeadersDict

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def decoded(value):
    if set(value) == {"$bytes"}:
        return base64.b64decode(value["$bytes"])
    if set(value) == {"$time"}:
        return EPOCH + datetime.timedelta(milliseconds=value["$time"])
    return value


def encoded(value):
    if isinstance(value, (bytes, bytearray)):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, datetime.datetime):
        return {"$time": round((value - EPOCH) / datetime.timedelta(milliseconds=1))}
    if isinstance(value, io.BytesIO):
        return encoded(value.read())
    raise TypeError(f"{type(value)} is not a value")


models = {}


def model_of(service):
    if service not in models:
        with open(f"src/api/model/{service}.json") as file:
            declared = json.load(file)
        for name, operation in declared["operations"].items():
            operation["name"] = name
            operation["errors"] = [{"shape": shape} for shape in operation.get("errors", [])]
        models[service] = botocore.model.ServiceModel(declared, service)
    return models[service]


def request_of(model, operation, protocol, value):
    serializer = botocore.serialize.create_serializer(protocol, include_validation=False)
    sent = serializer.serialize_to_request(value, operation)
    body = sent.get("body", b"")
    if isinstance(body, dict):
        body = urlencode(body)
    if isinstance(body, str):
        body = body.encode()
    query = sent.get("query_string") or {}
    if isinstance(query, dict):
        pairs = [(name, each) for name, given in query.items() for each in (given if isinstance(given, list) else [given])]
    else:
        pairs = list(query)
    return {
        "method": sent["method"],
        "path": sent["url_path"],
        "query": [[name, str(each)] for name, each in pairs],
        "headers": {name: (each.decode() if isinstance(each, bytes) else str(each)) for name, each in sent["headers"].items()},
        "body": body if isinstance(body, (bytes, bytearray)) else b"",
    }


def output_of(operation, protocol, answer):
    parser = botocore.parsers.create_parser(protocol)
    response = {
        "status_code": answer["status"],
        "headers": HeadersDict(answer["headers"]),
        "body": io.BytesIO(answer["body"]) if operation.has_streaming_output else answer["body"],
    }
    output = parser.parse(response, operation.output_shape)
    output.pop("ResponseMetadata", None)
    return output


results = []
for case in json.load(sys.stdin, object_hook=decoded):
    model = model_of(case["service"])
    operation = model.operation_model(case["operation"])
    results.append(
        {
            "request": request_of(model, operation, case["protocol"], case["input"]),
            "output": output_of(operation, case["protocol"], case["answer"]),
        }
    )
json.dump(results, sys.stdout, default=encoded)
