exports.fails = function fails() {
    throw new Error('mapped');
}
//# sourceMappingURL=mapped.ts.map
