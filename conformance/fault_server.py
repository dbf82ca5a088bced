"""SQS, in AWS JSON, and S3 on the loopback interface, with faults.

`fault` gets each call and its number, and gives what shall happen to it: nothing, or one of the functions below.
Everything that came is kept, so that it can be looked at."""

import hashlib
import json
import socket
import struct
import threading
import time
from collections import Counter
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

REQUEST_ID = "7e57a5e1-1d00-4000-8000-00000000cafe"


class Call:
    """A request. `queue`, and `entries` or `text`, are those of SQS, `key` is that of S3."""

    def __init__(self, handler, body):
        self.handler, self.method, self.body = handler, handler.command, body
        self.at, self.headers = time.time(), dict(handler.headers.items())
        self.key = self.queue = self.text = None
        self.entries = []
        if self.method == "POST":
            message = json.loads(body)
            self.queue, self.entries = message["QueueUrl"].rsplit("/", 1)[1], message.get("Entries", [])
            self.text = message.get("MessageBody")
        else:
            self.key = handler.path.split("?")[0].split("/", 2)[2]

    @property
    def service(self):
        return "s3" if self.queue is None else "sqs"


class FaultServer:
    def __init__(self, fault=None, delay=0.0, objects=None):
        """`delay` in seconds; `objects` are those of the bucket, by key."""
        self.fault, self.delay, self.objects = fault, delay, dict(objects or {})
        self.calls, self.messages, self.connections = [], [], 0
        self.faults = Counter()
        self.in_flight = self.most_in_flight = 0
        self.lock, self.ended = threading.Lock(), threading.Event()

    def __enter__(self):
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version, wbufsize, disable_nagle_algorithm = "HTTP/1.1", -1, True

            def setup(self):
                super().setup()
                with owner.lock:
                    owner.connections += 1

            def log_message(self, *_):
                pass

            def handle_one_request(self):
                try:
                    super().handle_one_request()
                except OSError:
                    self.close_connection = True

            def do_POST(self):
                owner.serve(self)

            do_GET = do_PUT = do_DELETE = do_POST

        class Threads(ThreadingHTTPServer):
            daemon_threads, request_queue_size = True, 256

            def handle_error(self, *_):
                pass  # A connection that is gone.

        self.server = Threads(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.server.shutdown()
        self.server.server_close()

    def serve(self, handler):
        call = Call(handler, handler.rfile.read(int(handler.headers.get("content-length") or 0)))
        with self.lock:
            number = len(self.calls)
            self.calls.append(call)
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            if self.delay:
                time.sleep(self.delay)
            fault = self.fault(call, number) if self.fault else None
            if fault:
                self.faults[fault.__qualname__.split(".")[0]] += 1
                fault(self, call)
            else:
                self.succeed(call)
        finally:
            with self.lock:
                self.in_flight -= 1

    def succeed(self, call, failed=(), lost=()):
        """`failed`: id -> code, message and whether it is the sender's fault; `lost`: ids of which nothing is said."""
        if call.text is not None:
            with self.lock:
                self.messages.append(call.text)
            digest = hashlib.md5(call.text.encode()).hexdigest()
            answer(call, 200, json.dumps({"MessageId": "m", "MD5OfMessageBody": digest}))
        elif call.service == "sqs":
            failed = dict(failed)
            taken = [each for each in call.entries if each["Id"] not in failed and each["Id"] not in lost]
            with self.lock:
                self.messages += [each["MessageBody"] for each in taken]
            answer(call, 200, json.dumps({
                "Successful": [{
                    "Id": each["Id"], "MessageId": f"m-{each['Id']}",
                    "MD5OfMessageBody": hashlib.md5(each["MessageBody"].encode()).hexdigest(),
                } for each in taken],
                "Failed": [
                    {"Id": key, "Code": code, "Message": message, "SenderFault": sender}
                    for key, (code, message, sender) in failed.items()
                ],
            }))
        elif call.method == "PUT":
            self.objects[call.key] = call.body
            answer(call, 200, "", {"ETag": '"x"'})
        elif call.method == "DELETE":
            self.objects.pop(call.key, None)
            answer(call, 204, "")
        elif call.key in self.objects:
            answer(call, 200, self.objects[call.key], {"ETag": '"x"'})
        else:
            refused("NoSuchKey", "The specified key does not exist.", 404)(self, call)


def answer(call, status, body, headers=()):
    handler, body = call.handler, body if isinstance(body, bytes) else body.encode()
    # Not `send_response`, which would write a date.
    handler.send_response_only(status)
    headers = {
        "Date": formatdate(usegmt=True), "Content-Type": "application/x-amz-json-1.0", "x-amzn-RequestId": REQUEST_ID,
        "x-amz-request-id": REQUEST_ID, "Content-Length": str(len(body)), **dict(headers),
    }
    for name, value in headers.items():
        if status != 204 or name != "Content-Length":
            handler.send_header(name, value)
    handler.end_headers()
    if handler.command != "HEAD" and status != 204:
        handler.wfile.write(body)
        handler.wfile.flush()


def refused(code, message="no", status=400, headers=()):
    """An error as the service writes it."""
    def refused(_, call):
        if call.service == "sqs":
            body = json.dumps({"__type": f"com.amazonaws.sqs#{code}", "message": message})
            answer(call, status, body, headers)
        else:
            body = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
            answer(call, status, body, {"Content-Type": "application/xml", **dict(headers)})

    return refused


def told(text):
    """Success with this body."""
    def told(_, call):
        answer(call, 200, text)

    return told


def partly(failed=(), lost=()):
    """Success for some of the entries."""
    def partly(server, call):
        server.succeed(call, failed, lost)

    return partly


def hanging(server, _):
    """No answer as long as the server lives."""
    server.ended.wait()


def dripping(server, call):
    """A megabyte at a few bytes a second."""
    handler = call.handler
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    while not server.ended.wait(0.4):
        handler.wfile.write(b" ")
        handler.wfile.flush()


def reset(server, call):
    """The connection is gone before anything was done."""
    handler = call.handler
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


def reset_after(server, call):
    """The connection is gone when all was done."""
    with server.lock:
        server.messages += [each["MessageBody"] for each in call.entries]
    reset(server, call)
