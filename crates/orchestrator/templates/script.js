// Filters, searches, opens and remembers. Without it everything is still there to be read.
(() => {
  'use strict';
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const probes = all('details.probe');
  const tools = document.querySelector('.tools');
  const search = document.querySelector('input[type=search]');
  const filters = all('button[data-filter]');
  const unfold = document.querySelector('.unfold');
  const shown = document.querySelector('.shown');
  const texts = new Map();
  let wanted = '';

  const text = (probe) => {
    if (!texts.has(probe)) texts.set(probe, probe.textContent.toLowerCase());
    return texts.get(probe);
  };

  const apply = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const probe of probes) {
      const fits = (!wanted || probe.dataset.status === wanted) && words.every((word) => text(probe).includes(word));
      probe.hidden = !fits;
      if (fits) count += 1;
    }
    const narrowed = wanted || words.length > 0;
    for (const component of all('section.component')) {
      component.hidden = narrowed && !component.querySelector('details.probe:not([hidden])');
    }
    shown.textContent = narrowed ? `${count} of ${probes.length} probes shown` : '';
    label();
  };

  const label = () => {
    const visible = probes.filter((probe) => !probe.hidden);
    unfold.textContent = visible.length > 0 && visible.every((probe) => probe.open) ? 'Close all' : 'Open all';
  };

  const choose = (filter) => {
    wanted = filter;
    for (const button of filters) button.setAttribute('aria-pressed', String(button.dataset.filter === filter));
    apply();
  };

  for (const button of filters) button.addEventListener('click', () => choose(button.dataset.filter));
  search.addEventListener('input', apply);
  search.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') { search.value = ''; apply(); }
  });
  tools.addEventListener('submit', (event) => event.preventDefault());
  unfold.addEventListener('click', () => {
    const visible = probes.filter((probe) => !probe.hidden);
    const open = !visible.every((probe) => probe.open);
    for (const probe of visible) probe.open = open;
    label();
  });
  for (const probe of probes) probe.addEventListener('toggle', label);
  tools.hidden = false;

  document.addEventListener('keydown', (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
    }
  });

  // A link to a probe shows it, whatever the filter hides.
  const reveal = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!target || !target.matches('details.probe')) return;
    if (target.hidden) { search.value = ''; choose(''); }
    target.open = true;
    target.scrollIntoView({ block: 'start' });
    target.querySelector('summary').focus({ preventScroll: true });
  };
  addEventListener('hashchange', reveal);
  reveal();
  for (const link of all('a[href^="#p"]')) {
    link.addEventListener('click', () => { if (link.hash === location.hash) reveal(); });
  }
  for (const bar of all('.timeline rect[data-probe]')) {
    bar.addEventListener('click', () => {
      if (location.hash === `#${bar.dataset.probe}`) reveal();
      else location.hash = bar.dataset.probe;
    });
  }

  // On paper, whatever is not PASS is open.
  let opened = [];
  addEventListener('beforeprint', () => {
    opened = all('details.probe:not(.pass), details.probe:not(.pass) details, details.behind').filter((one) => !one.open);
    for (const one of opened) one.open = true;
  });
  addEventListener('afterprint', () => {
    for (const one of opened) one.open = false;
    opened = [];
  });

  for (const command of all('pre.command')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'copy';
    button.textContent = 'Copy';
    button.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(command.firstElementChild.textContent);
        button.textContent = 'Copied';
      } catch {
        getSelection().selectAllChildren(command.firstElementChild);
        button.textContent = 'Selected';
      }
      setTimeout(() => { button.textContent = 'Copy'; }, 2000);
    });
    command.append(button);
  }

  // Ticks are kept for this run; where there is no storage they last as long as the page.
  const key = `golive:${document.body.dataset.run}`;
  const boxes = all('.todo input:not([disabled])');
  try {
    const ticked = new Set(JSON.parse(localStorage.getItem(key) || '[]'));
    for (const box of boxes) box.checked = ticked.has(box.id);
  } catch { /* no storage */ }
  for (const box of boxes) {
    box.addEventListener('change', () => {
      const ticked = boxes.filter((one) => one.checked).map((one) => one.id);
      try { localStorage.setItem(key, JSON.stringify(ticked)); } catch { /* no storage */ }
    });
  }
})();
