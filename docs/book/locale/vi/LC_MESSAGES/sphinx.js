Documentation.addTranslations({
  locale: "vi",
  messages: {
    "Searching": "Đang tìm",
    "Preparing search...": "Đang chuẩn bị tìm…",
    "Search Results": "Kết quả tìm kiếm",
    "Hide Search Matches": "Thôi tô từ tìm được",
    "Your search did not match any documents. Please make sure that all words are spelled correctly and that you've selected enough categories.":
      "Không có trang nào chứa mọi từ này. Gõ có dấu hay không dấu đều được; thử bớt một từ.",
    "Search finished, found one page matching the search query.": ["Tìm thấy ${resultCount} trang."],
  },
  plural_expr: "0",
});
