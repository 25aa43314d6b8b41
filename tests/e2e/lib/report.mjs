// One line per test and a closing line, the same for every part of the suite.

export class Report {
  #counts = { passed: 0, failed: 0, skipped: 0 };
  #excused = false;

  pass(name, detail = '') {
    this.#counts.passed++;
    console.log(`pass  ${name}${detail ? `  ${detail}` : ''}`);
  }

  fail(name, reasons) {
    this.#counts.failed++;
    console.log(`FAIL  ${name}`);
    for (const reason of reasons) console.log(`        ${String(reason).replaceAll('\n', '\n        ')}`);
  }

  skip(name, why) {
    this.#counts.skipped++;
    console.log(`skip  ${name}: ${why}`);
  }

  // A part, or a target of one, that cannot be run where it is: nothing need pass then.
  skipAll(name, why) {
    this.#excused = true;
    this.skip(name, why);
  }

  settle(name, reasons, detail) {
    if (reasons.length) this.fail(name, reasons);
    else this.pass(name, detail);
  }

  // Ends the part: prints the closing line and sets the exit code. Nothing run at all is a failure,
  // but where a part says that it cannot be run.
  close() {
    const { passed, failed, skipped } = this.#counts;
    console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
    process.exitCode = failed || (passed === 0 && !this.#excused) ? 1 : 0;
  }
}
