// First the pages of the book's own language, for decisions and measurements are in English only; among them those whose
// title holds the words, then those with a heading that does, marks or no marks. (A page's own score is that of its best
// single word, and a Vietnamese syllable stands in many headings.)
var Scorer = {
  plain: (text) => text.toLowerCase().normalize("NFD").replace(/\p{Mn}/gu, "").replaceAll("đ", "d").trim(),

  headed: (words) => {
    const { alltitles, docnames } = Search._index;
    const found = Object.keys(alltitles).filter((title) => Scorer.plain(title).includes(words));
    return new Set(found.flatMap((title) => alltitles[title].map(([page]) => docnames[page])));
  },

  score: ([page, title, anchor, about, score]) => {
    const words = Scorer.plain(new URLSearchParams(window.location.search).get("q") ?? "");
    const inTitle = Scorer.plain(title).includes(words) ? 20 + (50 * words.length) / title.length : 0;
    const inHeading = Scorer.headed(words).has(page) ? 20 : 0;
    return score + inTitle + inHeading + (/^(vi|en)\//.test(page) ? 100 : 0);
  },

  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
