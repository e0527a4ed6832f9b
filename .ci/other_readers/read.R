# Prints the cells of a workbook as R's readers have them, or the version of one.
#
# usage: Rscript read.R readxl|openxlsx WORKBOOK.xlsx|--version
#
# One line for each cell that holds something: sheet, row and column from 1, kind, value, with tabs between them.

name <- commandArgs(trailingOnly = TRUE)[1]
workbook <- commandArgs(trailingOnly = TRUE)[2]
# 1970-01-01 as Excel counts days.
epoch <- 25569
seconds_a_day <- 86400

escaped <- function(text) {
  text <- gsub("\\", "\\\\", text, fixed = TRUE)
  text <- gsub("\n", "\\n", text, fixed = TRUE)
  text <- gsub("\r", "\\r", text, fixed = TRUE)
  gsub("\t", "\\t", text, fixed = TRUE)
}

# Prints the cells of a column that hold something.
put <- function(sheet, column, kinds, values) {
  held <- which(!is.na(values) & values != "")
  if (length(held) == 0) return(invisible())
  lines <- paste(escaped(sheet), held, column, kinds[held], escaped(values[held]), sep = "\t")
  writeLines(enc2utf8(lines), out, useBytes = TRUE)
}

kind_of <- function(value) {
  if (inherits(value, "POSIXct") || is.numeric(value)) "number" else if (is.logical(value)) "bool" else "text"
}

said_of <- function(value) {
  if (length(value) == 0 || is.na(value)) return("")
  if (inherits(value, "POSIXct")) value <- as.numeric(value) / seconds_a_day + epoch
  if (is.numeric(value)) format(value, digits = 17) else as.character(value)
}

with_readxl <- function() {
  for (sheet in readxl::excel_sheets(workbook)) {
    cells <- readxl::read_excel(workbook, sheet, range = readxl::cell_limits(c(1, 1), c(NA, NA)), col_names = FALSE,
      col_types = "list", trim_ws = FALSE, .name_repair = "minimal")
    for (column in seq_along(cells)) {
      values <- cells[[column]]
      put(sheet, column, vapply(values, kind_of, ""), vapply(values, said_of, ""))
    }
  }
}

with_openxlsx <- function() {
  for (sheet in openxlsx::getSheetNames(workbook)) {
    cells <- openxlsx::read.xlsx(workbook, sheet, colNames = FALSE, skipEmptyRows = FALSE, skipEmptyCols = FALSE,
      na.strings = character(0))
    for (column in seq_along(cells)) {
      values <- cells[[column]]
      said <- if (is.numeric(values)) format(values, digits = 17, trim = TRUE) else as.character(values)
      said[is.na(values)] <- ""
      # A column has one kind here: where it has a text, its numbers are texts, too.
      put(sheet, column, rep("unknown", length(values)), said)
    }
  }
}

if (!requireNamespace(name, quietly = TRUE)) quit(status = 77)
if (workbook == "--version") {
  cat(as.character(packageVersion(name)), "\n", sep = "")
} else {
  out <- stdout()
  options(warn = 1)
  if (name == "readxl") with_readxl() else with_openxlsx()
}
