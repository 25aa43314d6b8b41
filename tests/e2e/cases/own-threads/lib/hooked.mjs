import made from 'made:up';
console.log('thread', made);
