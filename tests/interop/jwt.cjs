// What the real jsonwebtoken says of tokens: a JSON list of tokens on standard input, a JSON list of claims or null on
// standard output. The first argument is the secret; the options are those the runbook recommends.
const jwt = require('jsonwebtoken');

const secret = process.argv[2];
const verify = (token) => {
  try {
    return jwt.verify(token, secret, { algorithms: ['HS256'], issuer: 'sms-blossom-api' });
  } catch {
    return null;
  }
};
const tokens = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
console.log(JSON.stringify(tokens.map(verify)));
