require('./mapped').fails();
