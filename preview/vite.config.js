// One module of everything: no second file is ever fetched, for the page opens from disk without a network.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const VIETNAMESE = [
  ['"Condition not satisfied: constraint"', '"Câu trả lời chưa hợp lệ."'],
  ['"Condition not satisfied: required"', '"Cần trả lời câu này."'],
  ['label: "Send"', 'label: "Kết thúc phỏng vấn"'],
];

// The engine's own words are English; each of them must be found, so that a new version can't bring them back unseen.
const speakVietnamese = {
  name: 'speak-vietnamese',
  enforce: 'pre',
  transform(code, id) {
    if (!/@getodk\/web-forms\/dist\/index-\w+\.js/.test(id)) return null;
    return VIETNAMESE.reduce((text, [english, vietnamese]) => {
      if (!text.includes(english)) this.error(`${english} is no longer in ${id}`);
      return text.replaceAll(english, vietnamese);
    }, code);
  },
};

// Fonts of the engine lack Vietnamese letters; those of the system have them.
const withoutFonts = {
  name: 'without-fonts',
  enforce: 'pre',
  transform(code, id) {
    return /@getodk\/web-forms\/dist\/index\.js/.test(id) ? code.replace(/@font-face ?\{[^}]*\}/g, '') : null;
  },
};

// No form of the kit asks for a place, so the map is left out.
const withoutMap = {
  name: 'without-map',
  enforce: 'pre',
  resolveId(source) {
    return /MapBlock-[\w-]+\.js$/.test(source) ? fileURLToPath(new URL('src/no-map.js', import.meta.url)) : null;
  },
};

export default defineConfig({
  plugins: [withoutMap, speakVietnamese, withoutFonts],
  define: { 'process.env.NODE_ENV': '"production"', __VUE_OPTIONS_API__: true, __VUE_PROD_DEVTOOLS__: false },
  build: {
    target: 'es2022',
    lib: { entry: 'src/main.js', formats: ['es'], fileName: 'preview' },
    rollupOptions: { output: { inlineDynamicImports: true } },
  },
});
