require('node:http').createServer((q, r) => r.end(`${process.env.NAME} ${process.argv[2]}`)).listen(0, '127.0.0.1');
