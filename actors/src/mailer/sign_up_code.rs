//! The mail with the code that proves an address (contract §1.1).

use crate::domain::email::Email;
use crate::domain::mail::Mail;
use crate::domain::secret::Secret;

/// As it has always been, so that people find the mail and their filters still work.
const SUBJECT: &str = "[NINE Cloud에서 보낸 인증코드]";

/// Writes the mail with a sign-up code. The code is of `[0-9a-z]`, and valid for three minutes from now on.
pub fn sign_up_code(to: Email, code: &Secret) -> Mail {
    Mail { to, subject: SUBJECT.to_owned(), html: html(code.reveal()), text: text(code.reveal()) }
}

fn text(code: &str) -> String {
    format!(
        "안녕하세요, NINE Cloud입니다.\n\
         오늘의 마음을 구름에 담으러 와 주셔서 고맙습니다.\n\
         \n\
         인증코드: {code}\n\
         \n\
         회원가입 화면에 위 코드를 입력해 주세요. 코드는 3분 동안만 쓸 수 있습니다.\n\
         가입을 요청하신 적이 없다면 이 메일은 그냥 지우셔도 괜찮습니다.\n\
         \n\
         NINE Cloud 드림\n"
    )
}

/// Inline styles and a table, because mail readers drop style sheets; no image, so that nothing is fetched. The code
/// has a line of its own, which no transport breaks.
fn html(code: &str) -> String {
    format!(
        r#"<!DOCTYPE html>
<html lang="ko">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>{SUBJECT}</title>
</head>
<body style="margin:0;padding:0;background-color:#eaf3fb;">
  <table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background-color:#eaf3fb;">
    <tr>
      <td align="center" style="padding:40px 16px;">
        <table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:480px;background-color:#ffffff;border-radius:20px;font-family:'Apple SD Gothic Neo','Malgun Gothic',sans-serif;color:#33475b;">
          <tr>
            <td style="padding:36px 32px 0;font-size:20px;font-weight:bold;color:#4a90c2;">NINE Cloud</td>
          </tr>
          <tr>
            <td style="padding:20px 32px 0;font-size:16px;line-height:1.7;">
              안녕하세요.<br>
              오늘의 마음을 구름에 담으러 와 주셔서 고맙습니다.<br>
              아래 인증코드를 회원가입 화면에 입력해 주세요.
            </td>
          </tr>
          <tr>
            <td align="center" style="padding:28px 32px;">
              <div style="padding:18px 0;background-color:#f4f9fd;border:1px solid #cfe3f3;border-radius:14px;font-family:Consolas,Menlo,monospace;font-size:32px;font-weight:bold;letter-spacing:8px;color:#2f6f9f;">
{code}
</div>
            </td>
          </tr>
          <tr>
            <td style="padding:0 32px 36px;font-size:14px;line-height:1.7;color:#6b7f93;">
              코드는 <strong>3분</strong> 동안만 쓸 수 있습니다.<br>
              가입을 요청하신 적이 없다면 이 메일은 그냥 지우셔도 괜찮습니다.
            </td>
          </tr>
        </table>
      </td>
    </tr>
  </table>
</body>
</html>
"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_and_its_three_minutes_are_in_both_versions() {
        let to = Email::parse("mina@example.com").unwrap();
        let mail = sign_up_code(to.clone(), &Secret::new("a1b2c3"));
        assert_eq!(mail.to, to);
        assert_eq!(mail.subject, "[NINE Cloud에서 보낸 인증코드]");
        for version in [&mail.text, &mail.html] {
            assert_eq!(version.matches("a1b2c3").count(), 1);
            assert!(version.contains("3분"));
            assert!(version.lines().any(|line| line.trim_start_matches("인증코드: ") == "a1b2c3"));
        }
        assert!(!mail.html.contains("http"), "nothing is fetched");
        assert_eq!(format!("{mail:?}"), "[mail]");
    }
}
