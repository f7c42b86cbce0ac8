// Fills a cache that was flushed, or is cold, from the training data: node retrain-all.mjs PORT_OF_THE_API
const [port] = process.argv.slice(2);
const answer = await fetch(`http://127.0.0.1:${port}/retrain-all`, { method: 'POST' });
console.log(await answer.text());
