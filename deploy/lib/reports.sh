# Sourced by deploy/verify: what the tests' reports say.
# shellcheck shell=bash

# remove_reports FOLDER: an earlier run's must not be counted.
remove_reports() {
  find "$1" -path '*/target/surefire-reports/*' -name 'TEST-*.xml' -type f -delete
}

# report_elements FOLDER ELEMENT: that start tag of every report, one a line. Only real tags: what a test printed
# stands in CDATA sections, which are cut out first.
report_elements() {
  find "$1" -path '*/target/surefire-reports/*' -name 'TEST-*.xml' -type f -print0 |
    xargs -0 -r cat |
    awk -v tag="<$2 " '
      function emit(text,  at, end) {
        while ((at = index(text, tag)) > 0) {
          text = substr(text, at)
          end = index(text, ">")
          if (end == 0) { held = text; return }
          print substr(text, 1, end)
          text = substr(text, end + 1)
        }
      }
      {
        line = $0
        if (held != "") { line = held " " line; held = "" }
        while (line != "") {
          if (cdata) {
            at = index(line, "]]>")
            if (at == 0) break
            line = substr(line, at + 3)
            cdata = 0
          } else if ((at = index(line, "<![CDATA[")) > 0) {
            emit(substr(line, 1, at - 1))
            line = substr(line, at + 9)
            cdata = 1
          } else {
            emit(line)
            break
          }
        }
      }'
}

# count_tests FOLDER: prints "PASSED FAILED SKIPPED", summed over all reports below the folder.
count_tests() {
  report_elements "$1" testsuite | awk '
    function attribute(name) {
      return match($0, " " name "=\"[0-9]+\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : 0
    }
    {
      all += attribute("tests")
      failed += attribute("failures") + attribute("errors")
      skipped += attribute("skipped")
    }
    END { print all - failed - skipped, failed + 0, skipped + 0 }'
}

# count_skipped_kernel_tests FOLDER: those whose reason begins with "kernel test" or "ipvs test". It is an attribute in
# Surefire's reports, and the text of the element in those of JUnit's launcher.
count_skipped_kernel_tests() {
  {
    report_elements "$1" skipped | grep -E 'message="(kernel|ipvs) test' || true
    find "$1" -path '*/target/surefire-reports/*' -name 'TEST-*.xml' -type f -exec \
      grep -hE '^<skipped><!\[CDATA\[(parent was skipped: )?(kernel|ipvs) test' {} + || true
  } | wc -l
}
