/*
 * The programme in a shop's own pages:
 *   <script src="https://hub.example.com/widget/loyalty-hub.js" data-merchant="…" async></script>
 * Nothing else is needed. It lives in a shadow tree, so neither page nor widget changes the other's looks.
 */
(() => {
  'use strict';

  const script = document.currentScript;
  const merchant = script.dataset.merchant;
  const api = new URL('../api/v1/program/' + merchant, script.src).href;
  const colour = /^#[0-9a-f]{3,8}$/i.test(script.dataset.color || '') ? script.dataset.color : '#6b2fb3';
  // Whatever colour the shop has, what is written on it, and in it, can be read.
  const onColour = contrast(colour) >= 4.5 ? '#fff' : '#000';
  const ink = contrast(colour) >= 4.5 ? colour : '#222';
  const store = 'loyalty-hub:' + merchant;
  const numbers = new Intl.NumberFormat('pt-BR');
  const money = new Intl.NumberFormat('pt-BR', {style: 'currency', currency: 'BRL'});
  const days = new Intl.DateTimeFormat('pt-BR', {dateStyle: 'short'});

  const KINDS = {earn: 'Compra', reversal: 'Estorno', redeem: 'Resgate', refund: 'Devolução', expire: 'Vencimento', adjust: 'Ajuste'};

  /** Of a colour on white, as WCAG counts it. */
  function contrast(hex) {
    const digits = hex.length < 7 ? hex.slice(1, 4).replace(/./g, '$&$&') : hex.slice(1, 7);
    const [red, green, blue] = [0, 2, 4].map((at) => parseInt(digits.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
  }

  // --- the hub

  /** What the messages on fields are about. */
  const SUBJECTS = {password: 'A senha ', current: 'A senha atual ', document: 'O CPF/CNPJ '};

  class Refused extends Error {
    constructor(status, problem) {
      const error = problem.errors && problem.errors[0];
      const subject = error && SUBJECTS[error.field];
      // What the hub says to whoever has no token is meant for shops and operators.
      super(problem.type === 'urn:loyalty-hub:problem.unauthorized' ? 'Entre de novo.'
        : subject ? subject + error.message + '.' : (error && error.message) || problem.detail || 'Algo deu errado. Tente de novo.');
      this.status = status;
      this.signupUrl = problem.signupUrl;
    }
  }

  let session = remembered();

  function remembered() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(store));
      return kept && new Date(kept.expiresAt) > new Date() ? kept : null;
    } catch (unreadable) {
      return null;
    }
  }

  function remember(kept) {
    session = kept;
    try {
      if (kept) {
        sessionStorage.setItem(store, JSON.stringify(kept));
      } else {
        sessionStorage.removeItem(store);
      }
    } catch (forbidden) {
      // A browser that keeps nothing asks for the password again on the next page.
    }
  }

  async function ask(path, body, headers) {
    let answer;
    try {
      answer = await fetch(api + path, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          ...(body === undefined ? {} : {'Content-Type': 'application/json'}),
          ...(session ? {Authorization: 'Bearer ' + session.token} : {}),
          'Accept-Language': 'pt-BR',
          ...headers,
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        credentials: 'omit',
      });
    } catch (offline) {
      throw new Refused(0, {detail: 'Não foi possível falar com o programa. Confira a conexão e tente de novo.'});
    }
    const json = await answer.json().catch(() => ({}));
    if (!answer.ok) {
      throw new Refused(answer.status, json);
    }
    return json;
  }

  // --- elements

  /** Text only ever becomes text: what comes from a shop's feed cannot become markup. */
  function el(name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key.startsWith('on')) {
        element.addEventListener(key.slice(2), value);
      } else if (value !== null && value !== undefined && value !== false) {
        element.setAttribute(key, value === true ? '' : value);
      }
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  }

  function web(address) {
    try {
      const url = new URL(address);
      return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null;
    } catch (none) {
      return null;
    }
  }

  const host = el('div', {id: 'loyalty-hub'});
  const root = host.attachShadow({mode: 'open'});
  const style = el('style');
  style.textContent = `
    :host { all: initial }
    * { box-sizing: border-box; font-family: system-ui, sans-serif }
    .open { position: fixed; right: 16px; bottom: 16px; z-index: 2147483000; padding: 12px 18px; border: 0; border-radius: 24px;
            background: ${colour}; color: ${onColour}; font-size: 16px; cursor: pointer; box-shadow: 0 2px 8px #0005 }
    dialog { width: min(460px, calc(100vw - 24px)); max-height: min(720px, calc(100dvh - 24px)); padding: 0; border: 0; border-radius: 12px;
             color: #222; background: #fff; box-shadow: 0 8px 40px #0006; overflow: auto; overflow-wrap: anywhere; font-size: 16px; line-height: 1.4 }
    dialog::backdrop { background: #0007 }
    header { position: sticky; top: 0; z-index: 1; display: flex; gap: 8px; align-items: center; justify-content: space-between; padding: 12px 16px;
             background: ${colour}; color: ${onColour} }
    h2 { margin: 0; font-size: 18px }
    h3 { margin: 0 0 12px; font-size: 18px }
    .body { padding: 16px }
    .word:empty { display: none }
    .word { margin: 0 0 12px; padding: 10px 12px; border-radius: 6px; background: #f1f1f4 }
    .word.error { background: #fdecee; color: #a3001b }
    .word.good { background: #e7f5ec; color: #0a5c26 }
    button, input, select { font-size: 16px }
    :focus-visible { outline: 3px solid #1a73e8; outline-offset: 2px }
    header :focus-visible { outline-color: currentColor }
    form { display: grid; gap: 12px }
    form p { margin: 0 }
    label { display: grid; gap: 4px; font-size: 14px }
    input, select { width: 100%; padding: 10px; border: 1px solid #767676; border-radius: 6px; background: #fff; color: #222 }
    label.check { display: flex; align-items: center; gap: 8px; padding: 8px 0 }
    label.check input { width: 18px; height: 18px; margin: 0; accent-color: ${ink} }
    .go { padding: 10px 14px; border: 0; border-radius: 6px; background: ${colour}; color: ${onColour}; cursor: pointer }
    .go[disabled] { background: #e4e4e7; color: #5c5c63; cursor: default }
    a { color: ${ink} }
    .plain { padding: 8px 2px; border: 0; background: none; color: ${ink}; text-decoration: underline; cursor: pointer }
    .close { flex: none; padding: 6px 10px; border: 1px solid; border-radius: 6px; background: none; color: inherit; cursor: pointer }
    .balance { margin: 0 0 12px; font-size: 28px; font-weight: 600 }
    nav { display: flex; flex-wrap: wrap; gap: 4px; margin-bottom: 12px; border-bottom: 1px solid #ccc }
    nav button { padding: 8px 7px; font-size: 15px; white-space: nowrap; border: 0; border-bottom: 3px solid transparent; background: none; color: #222; cursor: pointer }
    nav button[aria-selected=true] { border-color: ${ink}; font-weight: 600 }
    ul { margin: 4px 0 8px; padding: 0; list-style: none; display: grid; gap: 10px }
    li { display: flex; flex-wrap: wrap; gap: 10px 12px; align-items: center; padding: 10px; border: 1px solid #ddd; border-radius: 8px; font-size: 14px }
    li > .what { flex: 1 1 150px; min-width: 0 }
    li > .go { margin-left: auto }
    li strong { display: -webkit-box; overflow: hidden; -webkit-box-orient: vertical; -webkit-line-clamp: 3; font-size: 15px }
    li .points { flex: none; font-weight: 600; font-variant-numeric: tabular-nums }
    li .points.less { color: #a3001b } li .points.more { color: #0a5c26 }
    .quiet { display: block; color: #5c5c63; font-size: 13px }
    .picture { display: flow-root; flex: none; width: 64px; height: 64px; border-radius: 6px; background: #f1f1f4; object-fit: contain }
    span.picture::before { content: ''; display: block; width: 28px; height: 28px; margin: 18px; background: #b9b9c2; clip-path: polygon(
             50% 22%, 60% 0, 84% 6%, 72% 24%, 100% 24%, 100% 48%, 92% 48%, 92% 100%, 8% 100%, 8% 48%, 0 48%, 0 24%, 28% 24%, 16% 6%, 40% 0) }
    .chosen { display: flex; gap: 12px; align-items: center }
    .buttons { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center }
    .code { display: inline-block; margin: 0; padding: 12px; border: 2px dashed #767676; border-radius: 8px; font: 600 20px ui-monospace, monospace;
            letter-spacing: 1px; overflow-wrap: anywhere; user-select: all }
    .unseen { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
    [hidden] { display: none !important }`;
  const opener = el('button', {class: 'open', type: 'button', 'aria-haspopup': 'dialog', onclick: show}, 'Meus pontos');
  const title = el('h2', {id: 'title'}, 'Programa de pontos');
  const main = el('div');
  // There from the beginning: readers of the screen read what changes in it, not what appears with it.
  const word = el('p', {class: 'word', role: 'status', 'aria-live': 'polite'});
  const dialog = el('dialog', {'aria-labelledby': 'title', lang: 'pt-BR'},
    el('header', {}, title, el('button', {class: 'close', type: 'button', onclick: () => dialog.close()}, 'Fechar')),
    el('div', {class: 'body'}, word, main));
  dialog.addEventListener('close', () => opener.focus());
  root.append(style, opener, dialog);

  function say(text, kind) {
    word.textContent = text || '';
    word.className = 'word ' + (kind || '');
    if (text) {
      dialog.scrollTop = 0;
    }
  }

  async function tried(action) {
    say('');
    try {
      await action();
    } catch (refused) {
      if (refused.status === 401 && session) {
        remember(null);
        logIn('Sua sessão terminou; entre de novo.');
      } else {
        say(refused.message, 'error');
      }
    }
  }

  function field(text, attributes) {
    const input = el('input', {required: true, ...attributes});
    return [el('label', {}, text, input), input];
  }

  function form(submit, ...children) {
    return el('form', {
      onsubmit: (event) => {
        event.preventDefault();
        const button = event.target.querySelector('.go');
        button.disabled = true;
        tried(submit).finally(() => { button.disabled = false; });
      },
    }, ...children);
  }

  // --- what it shows

  let programme = null;
  // Raised by each screen: whoever has waited sees by it that the member has gone on to another.
  let screen = 0;

  function show() {
    dialog.showModal();
    tried(async () => {
      if (!programme) {
        programme = await ask('');
        title.textContent = programme.name;
      }
      if (!session) {
        logIn();
      } else if (session.mustChangePassword) {
        choosePassword('');
      } else {
        await home();
      }
    });
  }

  function logIn(text) {
    screen++;
    const [documentLabel, documentInput] = field('CPF ou CNPJ', {name: 'document', inputmode: 'numeric', autocomplete: 'username'});
    const [passwordLabel, passwordInput] = field('Senha', {name: 'password', type: 'password', autocomplete: 'current-password'});
    const signup = el('p', {hidden: true});
    main.replaceChildren(form(async () => {
      signup.hidden = true;
      try {
        remember(await ask('/login', {document: documentInput.value, password: passwordInput.value}));
      } catch (refused) {
        const address = refused.status === 404 && web(refused.signupUrl);
        if (address) {
          signup.replaceChildren(el('a', {href: address, target: '_blank', rel: 'noopener'}, 'Cadastre-se na loja'));
          signup.hidden = false;
        }
        throw refused;
      }
      await (session.mustChangePassword ? choosePassword(passwordInput.value) : home());
    }, documentLabel, passwordLabel, el('button', {class: 'go', type: 'submit'}, 'Entrar')), signup,
    el('button', {class: 'plain', type: 'button', onclick: forgot}, 'Esqueci a senha'));
    say(text);
    documentInput.focus();
  }

  function forgot() {
    const [label, input] = field('CPF ou CNPJ', {name: 'document', inputmode: 'numeric', autocomplete: 'username'});
    main.replaceChildren(form(async () => {
      await ask('/password/forgot', {document: input.value});
      logIn('Se houver cadastro com e-mail, um link para escolher outra senha chega em instantes.');
    }, label, el('button', {class: 'go', type: 'submit'}, 'Enviar link por e-mail')));
    say('');
    input.focus();
  }

  function choosePassword(current) {
    const [currentLabel, currentInput] = field('Senha atual', {type: 'password', autocomplete: 'current-password'});
    const [label, input] = field('Nova senha (pelo menos 8 caracteres)', {name: 'new-password', type: 'password', autocomplete: 'new-password', minlength: 8});
    currentInput.value = current;
    currentLabel.hidden = current !== '';
    main.replaceChildren(form(async () => {
      remember(await ask('/password', {current: currentInput.value, password: input.value}));
      await home();
      say('Senha trocada.', 'good');
    }, currentLabel, label, el('button', {class: 'go', type: 'submit'}, 'Trocar a senha')));
    say('Escolha uma senha nova para continuar.');
    input.focus();
  }

  async function home(tab) {
    const mine = ++screen;
    const me = await ask('/me');
    if (mine !== screen) {
      return;
    }
    const panel = el('div', {role: 'tabpanel', id: 'panel'});
    const tabs = [['Prêmios', rewards], ['Meus resgates', redemptions], ['Extrato', statement]].map(([name, fill], index) => el('button', {
      type: 'button', role: 'tab', id: 'tab-' + index, 'aria-controls': 'panel', onclick: () => choose(index, fill),
    }, name));
    const choose = (chosen, fill) => {
      tabs.forEach((one, index) => {
        one.setAttribute('aria-selected', String(index === chosen));
        one.tabIndex = index === chosen ? 0 : -1;
      });
      panel.setAttribute('aria-labelledby', 'tab-' + chosen);
      tried(() => fill(panel, me));
    };
    const list = el('nav', {role: 'tablist', 'aria-label': 'Programa de pontos', onkeydown: (event) => {
      const step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
      if (step) {
        const next = tabs[(tabs.indexOf(root.activeElement) + step + tabs.length) % tabs.length];
        next.focus();
        next.click();
      }
    }}, ...tabs);
    main.replaceChildren(
      el('p', {class: 'balance'}, points(me.balance)), list, panel,
      el('button', {class: 'plain', type: 'button', onclick: () => { remember(null); logIn(); }}, 'Sair'));
    tabs[tab || 0].click();
    tabs[tab || 0].focus();
  }

  function points(count) {
    return numbers.format(count) + (Math.abs(count) === 1 ? ' ponto' : ' pontos');
  }

  /** A list that goes on where it ends; {@code path} says of what, each time it is read from the beginning, and {@code told} hears how much that is. */
  function pages(name, none, path, row, told = () => {}) {
    const list = el('ul', {'aria-label': name});
    const more = el('button', {class: 'plain', type: 'button', hidden: true, onclick: () => tried(() => load(false))}, 'Mostrar mais');
    let cursor = null;
    let asked = 0;
    const load = async (anew) => {
      const mine = ++asked;
      const page = await ask(path() + (anew ? '' : '&cursor=' + encodeURIComponent(cursor)));
      if (mine !== asked) {
        return; // Somebody typed on.
      }
      const rows = page.items.map(row);
      if (anew) {
        list.replaceChildren(...rows);
      } else {
        list.append(...rows);
      }
      if (!list.children.length) {
        list.append(el('li', {}, none));
      }
      cursor = page.nextCursor;
      more.hidden = !cursor;
      if (anew) {
        told(page.items.length, Boolean(cursor));
      }
      if (!anew && rows.length) {
        rows[0].tabIndex = -1;
        (rows[0].querySelector('button:not([disabled])') || rows[0]).focus();
      }
    };
    return {parts: [list, more], load};
  }

  async function rewards(panel, me) {
    const search = el('input', {type: 'search', 'aria-label': 'Procurar prêmios', placeholder: 'Procurar prêmios', maxlength: 100});
    const reach = el('input', {type: 'checkbox'});
    const count = el('p', {class: 'unseen', role: 'status'});
    const none = 'Nenhum prêmio encontrado.';
    const found = pages('Prêmios', none, () => '/rewards?' + new URLSearchParams(
      {limit: '20', withinReach: String(reach.checked), ...(search.value.trim() ? {query: search.value.trim()} : {})}), (one) => reward(one, me), (first, goesOn) => {
      count.textContent = !first ? none : goesOn ? 'Mais de ' + first + ' prêmios' : first === 1 ? '1 prêmio' : first + ' prêmios';
    });
    let typing = null;
    search.addEventListener('input', () => {
      clearTimeout(typing);
      typing = setTimeout(() => tried(() => found.load(true)), 400);
    });
    reach.addEventListener('change', () => tried(() => found.load(true)));
    panel.replaceChildren(search, el('label', {class: 'check'}, reach, 'Só o que meus pontos alcançam'), count, ...found.parts);
    await found.load(true);
  }

  function picture(address) {
    const safe = web(address);
    const none = () => el('span', {class: 'picture', 'aria-hidden': 'true'});
    return safe ? el('img', {class: 'picture', src: safe, alt: '', loading: 'lazy', referrerpolicy: 'no-referrer', onerror: (event) => event.target.replaceWith(none())})
      : none();
  }

  /** What a product's cheapest variant costs; all of them, where that is the same. */
  function cost(one) {
    return (one.variants.some((variant) => variant.points !== one.points) ? 'a partir de ' : '') + points(one.points);
  }

  function reward(one, me) {
    const choice = one.variants.length ? one.variants.length + ' opções' : 'vale ' + money.format(one.price);
    return el('li', {}, picture(one.imageUrl),
      el('span', {class: 'what'}, el('strong', {title: one.title}, one.title), cost(one),
        el('span', {class: 'quiet'}, choice + (one.withinReach ? '' : ' · faltam ' + points(one.points - me.balance)))),
      el('button', {
        class: 'go', type: 'button', disabled: !one.withinReach, 'aria-label': 'Resgatar ' + one.title + ', ' + cost(one),
        onclick: () => confirmRedemption(one, me),
      }, 'Resgatar'));
  }

  function confirmRedemption(one, me) {
    // Made once for this wish: pressed twice, or sent again after a broken connection, it is one redemption.
    const keys = {};
    const keyOf = (wish) => keys[wish.id] || (keys[wish.id] = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(16)).join('-'));
    const choice = one.variants.length ? el('select', {name: 'variant', onchange: () => tell()}, ...one.variants.map((variant) => el('option',
      {value: variant.id, disabled: !variant.withinReach}, variant.name + ' · ' + points(variant.points) + (variant.withinReach ? '' : ' (pontos insuficientes)')))) : null;
    const chosen = () => (choice ? one.variants.find((variant) => String(variant.id) === choice.value) : one);
    const photo = el('span');
    const sum = el('p');
    const rest = el('p', {class: 'quiet'});
    const tell = () => {
      const wish = chosen();
      photo.replaceChildren(picture(wish.imageUrl || one.imageUrl));
      sum.textContent = 'Trocar ' + points(wish.points) + ' por um cupom de ' + money.format(wish.price) + '?';
      rest.textContent = 'Seu saldo passa a ser de ' + points(me.balance - wish.points) + '.';
    };
    tell();
    const wished = form(async () => {
      const wish = chosen();
      const mine = ++screen;
      const made = await ask('/redemptions', {rewardId: wish.id}, {'Idempotency-Key': keyOf(wish)});
      if (mine !== screen) {
        return;
      }
      say('Pedido feito; o cupom chega em instantes.');
      await coupon(made, mine);
    }, el('div', {class: 'chosen'}, photo, el('strong', {}, one.title)), choice && el('label', {}, 'Escolha uma opção', choice), sum, rest,
    el('div', {class: 'buttons'}, el('button', {class: 'go', type: 'submit'}, 'Confirmar resgate'),
      el('button', {class: 'plain', type: 'button', onclick: () => tried(() => home())}, 'Voltar')));
    say('');
    main.replaceChildren(el('h3', {}, 'Resgatar prêmio'), wished);
    dialog.scrollTop = 0;
    (choice || wished.querySelector('.go')).focus();
  }

  async function coupon(redemption, mine) {
    for (let waited = 0; redemption.state === 'pending' && waited < 30; waited++) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      if (mine !== screen) {
        return;
      }
      redemption = await ask('/redemptions/' + redemption.id);
    }
    if (mine !== screen) {
      return;
    }
    if (redemption.state === 'issued') {
      const back = el('button', {class: 'plain', type: 'button', onclick: () => tried(() => home())}, 'Voltar aos prêmios');
      main.replaceChildren(el('h3', {}, redemption.title),
        el('p', {}, 'Use este código na loja até ' + lastDay(redemption.coupon) + ':'), el('p', {class: 'code'}, redemption.coupon.code),
        el('p', {}, 'Vale ' + money.format(redemption.coupon.value) + '. Ele também fica em Meus resgates.'),
        el('div', {class: 'buttons'}, copier(redemption.coupon.code), back));
      say('Seu cupom está pronto.', 'good');
      back.focus();
    } else {
      await home(1);
      say(redemption.state === 'failed' ? 'Não foi possível fazer o cupom; seus pontos voltaram.' : 'O cupom está sendo feito; ele aparece em Meus resgates.',
        redemption.state === 'failed' ? 'error' : '');
    }
  }

  /** The coupon ends at the midnight after its last day; at noon it is that day in all of Brazil. */
  function lastDay(made) {
    return days.format(new Date(new Date(made.expiresAt) - 12 * 60 * 60 * 1000));
  }

  function copier(code) {
    return navigator.clipboard ? el('button', {class: 'go', type: 'button', onclick: () => tried(async () => {
      await navigator.clipboard.writeText(code).catch(() => { throw new Error('O navegador não deixou copiar; selecione o código.'); });
      say('Código copiado.', 'good');
    })}, 'Copiar código') : null;
  }

  function state(one) {
    if (one.returnedAt) {
      return 'venceu sem uso; os pontos voltaram';
    }
    if (one.coupon) {
      return one.usedAt ? 'usado' : (new Date(one.coupon.expiresAt) < new Date() ? 'venceu em ' : 'vale até ') + lastDay(one.coupon);
    }
    return one.state === 'failed' ? 'não foi possível; os pontos voltaram' : 'cupom a caminho';
  }

  async function redemptions(panel) {
    const found = pages('Resgates', 'Nenhum resgate ainda.', () => '/redemptions?limit=20', (one) => el('li', {},
      el('span', {class: 'what'}, el('strong', {}, one.title),
        one.coupon ? el('span', {}, 'Código ', el('b', {}, one.coupon.code), ' · ' + money.format(one.coupon.value)) : null,
        el('span', {class: 'quiet'}, days.format(new Date(one.createdAt)) + ' · ' + points(one.points) + ' · ' + state(one)))));
    panel.replaceChildren(...found.parts);
    await found.load(true);
  }

  function without(text, beginning) {
    return text.startsWith(beginning) ? text[beginning.length].toUpperCase() + text.slice(beginning.length + 1) : text;
  }

  async function statement(panel) {
    const found = pages('Extrato', 'Nenhum movimento ainda.', () => '/entries?limit=30', (one) => el('li', {},
      el('span', {class: 'what'}, el('strong', {}, KINDS[one.kind] || one.kind), without(one.description, (KINDS[one.kind] || '') + ': '),
        el('span', {class: 'quiet'}, days.format(new Date(one.createdAt)))),
      el('span', {class: 'points ' + (one.points > 0 ? 'more' : 'less')}, (one.points > 0 ? '+' : '−') + numbers.format(Math.abs(one.points)))));
    panel.replaceChildren(...found.parts);
    await found.load(true);
  }

  const place = () => document.body.append(host);
  if (document.body) {
    place();
  } else {
    document.addEventListener('DOMContentLoaded', place);
  }
})();
