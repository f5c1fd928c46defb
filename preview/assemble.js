// Put the engine into the page, and the licences of everything inside it beside the page.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const TARGET = '../danvan_study/form/preview';
const engine = readFileSync('dist/preview.js', 'utf8')
  .replaceAll('</script', '<\\/script')
  .replaceAll('<!--', '<\\!--');
const page = readFileSync('src/page.html', 'utf8').replace('/*ENGINE*/', () => engine);
writeFileSync(`${TARGET}/page.html`, page);

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const shipped = Object.entries(lock.packages)
  .filter(([place, each]) => place && !each.dev && !each.optional && !each.peer)
  .sort(([one], [other]) => (one < other ? -1 : 1));
const apache = readFileSync('licences-Apache-2.0.txt', 'utf8').trim();
const withoutText = (each) =>
  /Apache/.test(each.license) ? apache : `Its package brings no licence text; its package.json says ${each.license}.`;
const texts = shipped.map(([place, each]) => {
  const name = place.replace(/^.*node_modules\//, '');
  const files = readdirSync(place).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).sort();
  const said = files.map((file) => readFileSync(`${place}/${file}`, 'utf8').trim());
  return `${'='.repeat(100)}\n${name} ${each.version} (${each.license})\n${'='.repeat(100)}\n\n${said.join('\n\n') || withoutText(each)}\n`;
});
writeFileSync(`${TARGET}/LICENCES.txt`, texts.join('\n').replaceAll('\r\n', '\n'));
