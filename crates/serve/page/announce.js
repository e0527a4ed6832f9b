// Tells a screen reader what changed, without moving the focus.

let later = 0;

// Says a sentence in the page's live region. The same sentence twice is said twice, since the region is emptied first.
export function announce(text) {
  const region = document.getElementById("status");
  region.textContent = "";
  clearTimeout(later);
  later = setTimeout(() => {
    region.textContent = text;
  }, 60);
}
