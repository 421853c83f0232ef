#!/usr/bin/env python3
"""record_answers.py KUBECONFIG < CASES > ANSWERS: how a real kube-apiserver answers, for tests/data/schemas.

A case is a JSON line {id, group, plural, namespace, text} with text the body of a POST as it is sent. It is posted with
dryRun=All and fieldValidation=Strict; the line comes back with answer: {code, message, causes: [[field, reason,
message]…], object} added, object without metadata. The server must serve the CustomResourceDefinitions already and
call no webhook. Needs kubectl on PATH.
"""
import base64
import concurrent.futures
import http.client
import json
import ssl
import subprocess
import sys
import tempfile


def connection(kubeconfig):
    config = json.loads(subprocess.check_output(
        ["kubectl", "--kubeconfig", kubeconfig, "config", "view", "--raw", "--minify", "-o", "json"]))
    user, cluster = config["users"][0]["user"], config["clusters"][0]["cluster"]
    context = ssl._create_unverified_context()
    with tempfile.NamedTemporaryFile() as certificate, tempfile.NamedTemporaryFile() as key:
        certificate.write(base64.b64decode(user["client-certificate-data"]))
        key.write(base64.b64decode(user["client-key-data"]))
        certificate.flush()
        key.flush()
        context.load_cert_chain(certificate.name, key.name)
    return lambda: http.client.HTTPSConnection(cluster["server"].split("//")[1], context=context, timeout=60)


def answer(connect, case):
    client = connect()
    namespace = f"namespaces/{case['namespace']}/" if case["namespace"] else ""
    client.request("POST", f"/apis/{case['group']}/v1/{namespace}{case['plural']}?dryRun=All&fieldValidation=Strict",
                   case["text"].encode(), {"Content-Type": "application/json"})
    response = client.getresponse()
    body = json.loads(response.read())
    client.close()
    result = {"code": response.status}
    if response.status == 201:
        body.pop("metadata", None)
        result["object"] = body
    else:
        result["message"] = body.get("message", "")
        causes = (body.get("details") or {}).get("causes", [])
        result["causes"] = [[c.get("field", ""), c["reason"], c.get("message", "")] for c in causes]
    return {**case, "answer": result}


def main():
    connect = connection(sys.argv[1])
    cases = [json.loads(line) for line in sys.stdin]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for line in pool.map(lambda case: answer(connect, case), cases):
            print(json.dumps(line, ensure_ascii=False))


main()
