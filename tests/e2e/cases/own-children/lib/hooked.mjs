import name from 'nowhere';

console.log(name);
