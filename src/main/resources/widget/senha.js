// The link's merchant and token stand behind the '#', which no server, log or other site gets to see.
'use strict';
const [merchant, token] = location.hash.slice(1).split('/');
const word = document.getElementById('word');
const form = document.getElementById('form');

history.replaceState(null, '', location.pathname);
if (!token) { // As after a reload: the link is gone from the address.
  form.hidden = true;
  word.textContent = 'Abra de novo o link que veio no e-mail.';
}
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  word.textContent = '';
  try {
    const answer = await fetch('../api/v1/program/' + encodeURIComponent(merchant) + '/password/reset', {
      method: 'POST',
      headers: {'Content-Type': 'application/json', 'Accept-Language': 'pt-BR'},
      body: JSON.stringify({token, password: document.getElementById('password').value}),
      credentials: 'omit',
    });
    const json = await answer.json().catch(() => ({}));
    if (answer.ok) {
      form.hidden = true;
      word.textContent = 'Senha trocada. Volte à loja e entre com ela.';
    } else {
      const error = json.errors && json.errors[0];
      word.textContent = error ? (error.field === 'token' ? 'Este link não vale: ' : 'A senha ') + error.message + '.' : json.detail || 'Algo deu errado.';
    }
  } catch (offline) {
    word.textContent = 'Não foi possível falar com o programa. Confira a conexão e tente de novo.';
  }
});
