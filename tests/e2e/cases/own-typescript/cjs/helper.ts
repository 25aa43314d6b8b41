module.exports = { help: (n: number): string => `helped ${n} from ${__filename.split('/').slice(-2).join('/')}` };
