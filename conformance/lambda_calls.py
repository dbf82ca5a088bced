"""What Lambda's `Invoke` does, for functions that run under the emulator."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class LambdaCalls:
    """Functions by name, which a program calls at `url`."""

    def __init__(self, **functions):
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                _, _, _, name, _ = self.path.split("/")
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                function = functions.get(name.replace("-", "_"))
                answer = json.dumps(function.invoke(request) if function else {"message": "no such function"}).encode()
                self.send_response(200 if function else 404)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
