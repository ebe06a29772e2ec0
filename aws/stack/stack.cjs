// The Serverless Framework loads CommonJS; everything of ours is an ES module.
module.exports = async () => (await import('./stack.ts')).describeStack(process.env);
