// A package registry on this machine's loopback: serves the tarballs it is given, honestly or not, and
// remembers what it was asked.
import http from 'node:http';

// `behaviours`: file name -> { status } | { flip: offset } | { truncate: bytes } | { cutAfter: bytes } |
// { instead: file name } | { token }.
export async function startRegistry(tarballs, behaviours = {}) {
  const asked = [];
  const server = http.createServer((req, res) => {
    const file = decodeURIComponent(req.url.split('/').pop());
    asked.push(file);
    const how = behaviours[file] ?? behaviours['*'] ?? {};
    let body = tarballs.get(how.instead ?? file);
    if (how.token && req.headers.authorization !== `Bearer ${how.token}`) how.status = 401;
    else if (how.token) delete how.status;
    if (how.status || !body) {
      res.writeHead(how.status ?? 404, { 'content-type': 'application/json' });
      return void res.end('{"error":"as the test wants it"}');
    }
    if (how.flip !== undefined) {
      body = Buffer.from(body);
      body[how.flip] ^= 1;
    }
    if (how.truncate !== undefined) body = body.subarray(0, how.truncate);
    res.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': body.length });
    if (how.cutAfter === undefined) return void res.end(body);
    res.write(body.subarray(0, how.cutAfter), () => res.destroy());
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    asked,
    close: () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); }),
  };
}
