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
  const store = 'loyalty-hub:' + merchant;
  const numbers = new Intl.NumberFormat('pt-BR');
  const money = new Intl.NumberFormat('pt-BR', {style: 'currency', currency: 'BRL'});
  const days = new Intl.DateTimeFormat('pt-BR', {dateStyle: 'short'});

  const KINDS = {earn: 'Compra', reversal: 'Estorno', redeem: 'Resgate', refund: 'Devolução', expire: 'Vencimento', adjust: 'Ajuste'};

  // --- the hub

  class Refused extends Error {
    constructor(status, problem) {
      super((problem.errors && problem.errors[0] && problem.errors[0].message) || problem.detail || 'Algo deu errado. Tente de novo.');
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
            background: ${colour}; color: #fff; font-size: 16px; cursor: pointer; box-shadow: 0 2px 8px #0005 }
    dialog { width: min(420px, calc(100vw - 24px)); max-height: min(640px, calc(100vh - 24px)); padding: 0; border: 0; border-radius: 12px;
             color: #222; background: #fff; box-shadow: 0 8px 40px #0006; overflow: auto }
    dialog::backdrop { background: #0007 }
    header { position: sticky; top: 0; display: flex; gap: 8px; align-items: center; justify-content: space-between; padding: 12px 16px;
             background: ${colour}; color: #fff }
    h2 { margin: 0; font-size: 18px }
    main { padding: 16px }
    button, input, select { font-size: 16px }
    :focus-visible { outline: 3px solid #1a73e8; outline-offset: 2px }
    form { display: grid; gap: 10px }
    label { display: grid; gap: 4px; font-size: 14px }
    input { padding: 10px; border: 1px solid #767676; border-radius: 6px }
    label.check { display: flex; align-items: center; gap: 8px }
    .go { padding: 10px 14px; border: 0; border-radius: 6px; background: ${colour}; color: #fff; cursor: pointer }
    .go[disabled] { background: #767676; cursor: default }
    .plain { padding: 6px 2px; border: 0; background: none; color: ${colour}; text-decoration: underline; cursor: pointer }
    .close { padding: 4px 10px; border: 1px solid #fff8; border-radius: 6px; background: none; color: #fff; cursor: pointer }
    .balance { margin: 0 0 12px; font-size: 28px; font-weight: 600 }
    nav { display: flex; gap: 4px; margin-bottom: 12px; border-bottom: 1px solid #ccc }
    nav button { padding: 8px 10px; border: 0; border-bottom: 3px solid transparent; background: none; color: #222; cursor: pointer }
    nav button[aria-selected=true] { border-color: ${colour}; font-weight: 600 }
    ul { margin: 12px 0; padding: 0; list-style: none; display: grid; gap: 10px }
    li { display: grid; grid-template-columns: auto 1fr auto; gap: 10px; align-items: center; padding: 8px; border: 1px solid #ddd; border-radius: 8px; font-size: 14px }
    li img { width: 64px; height: 64px; object-fit: contain }
    li strong { display: block }
    .error { color: #b00020 } .good { color: #0a6b2b }
    .code { font: 600 20px ui-monospace, monospace; letter-spacing: 1px }
    [hidden] { display: none !important }`;
  const opener = el('button', {class: 'open', type: 'button', 'aria-haspopup': 'dialog', onclick: show}, 'Meus pontos');
  const title = el('h2', {id: 'title'}, 'Programa de pontos');
  const main = el('main');
  const word = el('p', {role: 'status', 'aria-live': 'polite', hidden: true});
  const dialog = el('dialog', {'aria-labelledby': 'title'},
    el('header', {}, title, el('button', {class: 'close', type: 'button', onclick: () => dialog.close()}, 'Fechar')),
    el('main', {}, word, main));
  dialog.addEventListener('close', () => opener.focus());
  root.append(style, opener, dialog);

  function say(text, kind) {
    word.textContent = text || '';
    word.className = kind || '';
    word.hidden = !text;
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
    const me = await ask('/me');
    const panel = el('div', {role: 'tabpanel', id: 'panel'});
    const tabs = [['Prêmios', rewards], ['Meus resgates', redemptions], ['Extrato', statement]].map(([name, fill]) => el('button', {
      type: 'button', role: 'tab', 'aria-controls': 'panel', 'aria-selected': 'false',
      onclick: (event) => {
        tabs.forEach((one) => one.setAttribute('aria-selected', String(one === event.currentTarget)));
        tried(() => fill(panel, me));
      },
    }, name));
    main.replaceChildren(
      el('p', {class: 'balance'}, numbers.format(me.balance) + ' pontos'),
      el('nav', {role: 'tablist', 'aria-label': 'Programa de pontos'}, ...tabs), panel,
      el('button', {class: 'plain', type: 'button', onclick: () => { remember(null); logIn(); }}, 'Sair'));
    tabs[tab || 0].click();
  }

  async function rewards(panel) {
    const search = el('input', {type: 'search', 'aria-label': 'Procurar prêmios', placeholder: 'Procurar prêmios'});
    const reach = el('input', {type: 'checkbox'});
    const list = el('ul', {'aria-label': 'Prêmios'});
    const more = el('button', {class: 'plain', type: 'button', hidden: true}, 'Mostrar mais');
    let cursor = null;
    const load = async (anew) => {
      const query = new URLSearchParams({limit: '20', withinReach: String(reach.checked)});
      if (search.value.trim()) {
        query.set('query', search.value.trim());
      }
      if (!anew && cursor) {
        query.set('cursor', cursor);
      }
      const page = await ask('/rewards?' + query);
      const items = page.items.map(reward);
      if (anew) {
        list.replaceChildren(...items);
      } else {
        list.append(...items);
      }
      if (!list.children.length) {
        list.append(el('li', {}, 'Nenhum prêmio encontrado.'));
      }
      cursor = page.nextCursor;
      more.hidden = !cursor;
    };
    search.addEventListener('change', () => tried(() => load(true)));
    reach.addEventListener('change', () => tried(() => load(true)));
    more.addEventListener('click', () => tried(() => load(false)));
    panel.replaceChildren(search, el('label', {class: 'check'}, reach, 'Só o que meus pontos alcançam'), list, more);
    await load(true);
  }

  function reward(one) {
    const picture = web(one.imageUrl);
    return el('li', {},
      picture ? el('img', {src: picture, alt: '', loading: 'lazy', referrerpolicy: 'no-referrer'}) : el('span'),
      el('span', {}, el('strong', {}, one.title), numbers.format(one.points) + ' pontos · vale ' + money.format(one.price)),
      el('button', {
        class: 'go', type: 'button', disabled: !one.withinReach,
        'aria-label': 'Resgatar ' + one.title + ' por ' + numbers.format(one.points) + ' pontos',
        onclick: () => confirmRedemption(one),
      }, 'Resgatar'));
  }

  function confirmRedemption(one) {
    // Made once for this wish: pressed twice, or sent again after a broken connection, it is one redemption.
    const key = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(16)).join('-');
    const ask4 = form(async () => {
      const made = await ask('/redemptions', {rewardId: one.id}, {'Idempotency-Key': key});
      say('Pedido feito; o cupom chega em instantes.');
      await coupon(made);
    }, el('p', {}, 'Trocar ' + numbers.format(one.points) + ' pontos por “' + one.title + '”?'),
    el('button', {class: 'go', type: 'submit'}, 'Confirmar resgate'),
    el('button', {class: 'plain', type: 'button', onclick: () => tried(() => home())}, 'Voltar'));
    main.replaceChildren(ask4);
    ask4.querySelector('.go').focus();
  }

  async function coupon(redemption) {
    for (let waited = 0; redemption.state === 'pending' && waited < 30; waited++) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      redemption = await ask('/redemptions/' + redemption.id);
    }
    if (redemption.state === 'issued') {
      main.replaceChildren(el('p', {}, 'Use este código na loja até ' + days.format(new Date(redemption.coupon.expiresAt)) + ':'),
        el('p', {class: 'code'}, redemption.coupon.code), el('p', {}, 'Vale ' + money.format(redemption.coupon.value) + '.'),
        el('button', {class: 'plain', type: 'button', onclick: () => tried(() => home())}, 'Voltar aos prêmios'));
      say('Seu cupom está pronto.', 'good');
    } else {
      await home(1);
      say(redemption.state === 'failed' ? redemption.reason : 'O cupom está sendo feito; ele aparece em Meus resgates.', redemption.state === 'failed' ? 'error' : '');
    }
  }

  async function redemptions(panel) {
    const page = await ask('/redemptions?limit=50');
    const states = {pending: 'cupom a caminho', failed: 'não foi possível; os pontos voltaram'};
    panel.replaceChildren(el('ul', {'aria-label': 'Resgates'}, ...(page.items.length ? page.items.map((one) => el('li', {},
      el('span', {}, days.format(new Date(one.createdAt))),
      el('span', {}, el('strong', {}, one.title), one.coupon ? 'código ' + one.coupon.code + (one.usedAt ? ' (usado)' : '') : states[one.state]),
      el('span', {}, '−' + numbers.format(one.points)))) : [el('li', {}, 'Nenhum resgate ainda.')])));
  }

  async function statement(panel) {
    const page = await ask('/entries?limit=50');
    panel.replaceChildren(el('ul', {'aria-label': 'Extrato'}, ...(page.items.length ? page.items.map((one) => el('li', {},
      el('span', {}, days.format(new Date(one.createdAt))),
      el('span', {}, el('strong', {}, KINDS[one.kind] || one.kind), one.description),
      el('span', {}, (one.points > 0 ? '+' : '−') + numbers.format(Math.abs(one.points))))) : [el('li', {}, 'Nenhum movimento ainda.')])));
  }

  const place = () => document.body.append(host);
  if (document.body) {
    place();
  } else {
    document.addEventListener('DOMContentLoaded', place);
  }
})();
