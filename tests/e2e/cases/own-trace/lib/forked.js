import { helps } from './helps.js'; process.send(helps('fork'));
