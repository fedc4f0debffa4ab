// Renders a résumé with a theme: node render.js THEME FILE

const fs = require('fs');

const [theme, file] = process.argv.slice(2);

import(`jsonresume-theme-${theme}`).then(async (found) => {
  const render = found.render || found.default.render;
  process.stdout.write(String(await render(JSON.parse(fs.readFileSync(file, 'utf8')))));
});
