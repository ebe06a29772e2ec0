// The Serverless Framework loads CommonJS; everything of ours is an ES module.
const told = new Set();

module.exports = async () => {
  const stack = await (await import('./stack.ts')).describeStack(process.env);
  for (const warning of stack.warnings) {
    // It asks once for each value that it takes from here.
    if (!told.has(warning)) process.stderr.write(`Warning: ${warning}\n`);
    told.add(warning);
  }
  return stack;
};
