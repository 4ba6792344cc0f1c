// What the page says, in both languages.

const WORDS = {
  en: {
    ask: "Ask", search: "Search", documents: "Documents", readAs: "Read as", everything: "everything", everybody: "everybody",
    askHint: "Ask a question about your documents", searchHint: "Words to look for", other: "中文",
    keyNeeded: "This service needs a key.", goOn: "Continue", working: "Looking …", sources: "Sources", confidence: "Confidence",
    about: "Answers come from your documents alone, with the sentences that they rest on. Where no document says it, you are told so.",
    how: "How this was found", understood: "Understood as: {form}", noQuery: "No query of the graph was run.", nothing: "Nothing was found.",
    choose: "Choose files", orDrop: "or drop them here: PDF, Word, Excel, CSV, HTML, Markdown, mail, text, SQLite",
    uploadFor: "Who may read them (groups, joined by commas)", add: "Add", chosen: "{n} files chosen: {names}", title: "Title",
    status: "Status", readers: "Readers", remove: "Delete", really: "Really delete?", more: "Show more", none: "There are no documents yet.",
    reading: "Reading: {done} of {total}", done: "Done: {n} documents are ready.", failed: "{n} could not be read:",
    states: { ready: "ready", blank: "blank", no_text: "no text", encrypted: "encrypted", corrupt: "damaged", unsupported: "unsupported",
      undecodable: "undecodable", too_large: "too large", timeout: "took too long", crashed: "crashed", failed: "failed", pending: "pending" },
    offline: "The service does not answer.", waits: "Waiting: {why}",
  },
  zh: {
    ask: "提问", search: "搜索", documents: "文档", readAs: "阅读身份", everything: "全部", everybody: "所有人",
    askHint: "就您的文档提一个问题", searchHint: "要查找的词语", other: "English",
    keyNeeded: "此服务需要密钥。", goOn: "继续", working: "正在查找……", sources: "出处", confidence: "可信度",
    about: "答案只来自您的文档，并附上所依据的原句；文档里没有的，会如实告诉您。",
    how: "答案是怎样找到的", understood: "理解为：{form}", noQuery: "没有查询图谱。", nothing: "没有找到任何内容。",
    choose: "选择文件", orDrop: "或拖放到这里：PDF、Word、Excel、CSV、HTML、Markdown、邮件、文本、SQLite",
    uploadFor: "谁可以阅读（用户组，用逗号分隔）", add: "添加", chosen: "已选择 {n} 个文件：{names}", title: "标题",
    status: "状态", readers: "读者", remove: "删除", really: "确定删除？", more: "显示更多", none: "还没有文档。",
    reading: "正在读取：{done} / {total}", done: "完成：{n} 个文档可用。", failed: "{n} 个无法读取：",
    states: { ready: "可用", blank: "空白", no_text: "没有文字", encrypted: "已加密", corrupt: "已损坏", unsupported: "不支持",
      undecodable: "无法解码", too_large: "太大", timeout: "超时", crashed: "崩溃", failed: "失败", pending: "等待中" },
    offline: "服务没有应答。", waits: "等待中：{why}",
  },
};

export let language = localStorage.getItem("language") || (navigator.language.startsWith("zh") ? "zh" : "en");

export function t(key, values = {}) {
  return WORDS[language][key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

export function state(name) {
  return WORDS[language].states[name] || name;
}

export function apply() {
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll("[data-t-placeholder]")) node.placeholder = t(node.dataset.tPlaceholder);
  document.getElementById("language").textContent = t("other");
}

export function toggle() {
  language = language === "en" ? "zh" : "en";
  localStorage.setItem("language", language);
  apply();
}
