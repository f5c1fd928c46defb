// Pages of the book's own language stand before those that exist in English only.
var Scorer = {
  score: ([page, title, anchor, about, score]) => (/^(vi|en)\//.test(page) ? score + 100 : score),
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
