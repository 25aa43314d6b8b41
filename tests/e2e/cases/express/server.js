// A web server with views of its own and static files beside it.
const path = require('node:path');
const express = require('express');

const app = express();
app.use(express.json());
app.use('/static', express.static(path.join(__dirname, 'public')));
app.get('/', (req, res) => res.sendFile('index.html', { root: path.join(__dirname, 'public') }));
app.get('/hello/:name', (req, res) => res.json({ hello: req.params.name, query: req.query }));
app.post('/sum', (req, res) => res.json({ sum: req.body.numbers.reduce((a, b) => a + b, 0) }));
app.get('/old', (req, res) => res.redirect('/'));

const server = app.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listening'));
process.on('SIGTERM', () => {
  console.log('stopping');
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
