// One short word over the page, also read aloud.
let timer;

export function toast(text) {
  const box = document.querySelector('.toast');
  box.textContent = text;
  box.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => { box.hidden = true; }, 2600);
}

// post sends a form to the house and returns whether it was taken; what is wrong is shown.
export async function post(path, form) {
  try {
    const answer = await fetch(path, { method: 'POST', body: form, headers: { Accept: 'application/json' } });
    if (answer.ok) return true;
    const told = await answer.json().catch(() => ({}));
    toast(told.say || '没有发出，请再试一次。');
  } catch {
    toast('网络断了，没有发出。');
  }
  return false;
}
