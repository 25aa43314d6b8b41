// What stands between a company's machines and its registry: proxies that ask who one is, servers that send one
// elsewhere, and TLS by the company's own authority. All on this machine's loopback; each remembers what it saw.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import path from 'node:path';

async function listen(server, scheme, host = '127.0.0.1') {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.on('exit', () => server.close());
  return { origin: `${scheme}://${host}:${server.address().port}`, close: () => { server.closeAllConnections?.(); server.close(); } };
}

// Passes a request on to `origin` as it is.
function pass(req, res, origin, url = req.url) {
  const to = new URL(url, origin);
  const request = http.request({ host: to.hostname, port: to.port, path: to.pathname + to.search, method: req.method, headers: req.headers }, (answer) => {
    res.writeHead(answer.statusCode, answer.headers);
    answer.pipe(res);
  });
  request.on('error', () => res.destroy());
  req.pipe(request);
}

// Sends who shows any credentials to `elsewhere`.
export async function startRedirector(elsewhere) {
  const seen = [];
  const server = http.createServer((req, res) => {
    seen.push(req.headers.authorization);
    if (req.headers.authorization) res.writeHead(302, { location: new URL(req.url, elsewhere.origin).href }).end();
    else res.writeHead(401).end();
  });
  return { ...await listen(server, 'http'), seen };
}

// Gives what `tarballs` has by file name to anybody, under a name of this machine that is not its address.
export async function startStorage(tarballs) {
  const seen = [];
  const server = http.createServer((req, res) => {
    seen.push(req.headers);
    const body = tarballs.get(decodeURIComponent(req.url.split('/').pop()));
    res.writeHead(body ? 200 : 404).end(body);
  });
  return { ...await listen(server, 'http', 'localhost'), seen };
}

// A proxy for http and, by CONNECT, for anything; `account`: "user:password" that it asks for.
export async function startProxy(account) {
  const seen = [];
  const wanted = account && `Basic ${Buffer.from(account).toString('base64')}`;
  const may = (req) => !wanted || req.headers['proxy-authorization'] === wanted;
  const server = http.createServer((req, res) => {
    seen.push({ method: req.method, url: req.url, allowed: may(req), authorization: req.headers.authorization });
    if (!may(req)) return void res.writeHead(407, { 'proxy-authenticate': 'Basic realm="proxy"' }).end();
    delete req.headers['proxy-authorization'];
    pass(req, res, req.url);
  });
  server.on('connect', (req, socket, head) => {
    seen.push({ method: 'CONNECT', url: req.url, allowed: may(req), authorization: req.headers.authorization });
    if (!may(req)) return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="proxy"\r\nContent-Length: 0\r\n\r\n');
    const [, host, port] = /^(.*):(\d+)$/.exec(req.url);
    const there = net.connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      there.write(head);
      there.pipe(socket).pipe(there);
    });
    for (const end of [there, socket]) end.on('error', () => { there.destroy(); socket.destroy(); });
  });
  return { ...await listen(server, 'http'), seen };
}

// The registry at `behind` by TLS, with a certificate that only the authority in `ca` (a file) vouches for; nothing
// without openssl.
export async function startTls(behind, folder) {
  fs.mkdirSync(folder, { recursive: true });
  const key = path.join(folder, 'key.pem'), ca = path.join(folder, 'cert.pem');
  const r = spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=a registry', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', ca]);
  if (r.status !== 0) return undefined;
  const seen = [];
  const server = https.createServer({ key: fs.readFileSync(key), cert: fs.readFileSync(ca) }, (req, res) => {
    seen.push(req.headers);
    pass(req, res, behind);
  });
  return { ...await listen(server, 'https'), ca, seen };
}
