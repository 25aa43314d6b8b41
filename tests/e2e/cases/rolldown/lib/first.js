import { second } from './second.js'; console.log('first', second);
