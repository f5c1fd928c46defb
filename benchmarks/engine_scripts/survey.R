# R survey, from its data frame.
suppressMessages(library(survey))
arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]
read <- function(name) {
  file <- file.path(folder, name)
  if (requireNamespace("data.table", quietly = TRUE)) as.data.frame(data.table::fread(file, nThread = 1)) else read.csv(file)
}
people <- read("sample.csv")
margins <- read("margins.csv")
rake_task <- function() {
  names <- unique(margins$margin)
  design <- svydesign(ids = ~cluster, strata = ~area, weights = ~weight, data = people, nest = TRUE)
  formulas <- lapply(names, function(name) as.formula(paste0("~", name)))
  totals <- lapply(names, function(name) {
    rows <- margins[margins$margin == name, ]
    setNames(data.frame(rows$value, rows$population), c(name, "Freq"))
  })
  rake(design, formulas, totals, control = list(maxit = 200, epsilon = 1e-9 * sum(people$weight)))
}
means_task <- function() {
  design <- svydesign(ids = ~cluster, strata = ~area, weights = ~weight, data = people, nest = TRUE)
  for (item in sprintf("q%02d", 0:19)) {
    svyby(as.formula(paste0("~", item)), ~area, design, svymean, na.rm = TRUE)
  }
}
task <- list("rake" = rake_task, "domain means" = means_task)[[arguments[2]]]
spent <- system.time(task())
cat(spent[["user.self"]] + spent[["sys.self"]], "\n")
