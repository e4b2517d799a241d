// j, k, s, Enter, Escape and /: everything a chemist does a thousand times without the mouse.

export const kKeys = [['j', 'next'], ['k', 'previous'], ['s', 'star'], ['Enter', 'open'], ['Esc', 'close'], ['/', 'find'], ['#', 'find by SMARTS']];

export function listen({step, star, open, close, search, smarts}) {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const {target} = event;
    const writing = target.matches('input:not([type=checkbox], [type=range]), textarea, select');
    if (event.key === 'Escape') {
      if (writing) target.blur();
      else close();
      return;
    }
    if (writing || (event.key === 'Enter' && target.closest('button, summary, a, [role=columnheader]'))) return;
    const action = {j: () => step(1), k: () => step(-1), s: star, Enter: open, '/': search, '#': smarts}[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
