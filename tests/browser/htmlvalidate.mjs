// What html-validate asks of every page: all that it recommends, and what makes a document, but for what is named here.
export default {
  root: true,
  extends: ["html-validate:recommended", "html-validate:document"],
  rules: {
    // Several boxes, or several buttons of one form, may share a name: that is how a choice is sent.
    "form-dup-name": ["error", { shared: ["radio", "checkbox", "button", "submit"] }],
    // The summary of errors has its heading before the page's own, so that it is met first.
    "heading-level": ["error", { minInitialRank: "h2" }],
    // HTML allows any id without spaces; ours carry the names of rules, which have a dot.
    "valid-id": ["error", { relaxed: true }],
    // Hashes guard files of other hosts; ours come from the same host as the page, and nothing comes from elsewhere.
    "require-sri": ["error", { target: "crossorigin" }],
    // A search engine's limit. A title here begins with what tells the page apart, and ends with the service's name.
    "long-title": "off",
    // Both are HTML, and neither is seen by anybody: single quotes stand in words that stand in double quotes, and
    // template tags leave spaces behind.
    "attr-quotes": "off",
    "no-trailing-whitespace": "off",
  },
};
