#include "tests/support/mail_receiver.hpp"

#include <algorithm>
#include <sodium.h>
#include <utility>

namespace waybill::test
{

namespace
{

std::string decoded(const std::string& lines)
{
    std::string text(lines.size(), '\0');
    std::size_t size = 0;
    sodium_base642bin(reinterpret_cast<unsigned char*>(text.data()), text.size(), lines.data(), lines.size(), "\r\n",
                      &size, nullptr, sodium_base64_VARIANT_ORIGINAL);
    text.resize(size);
    return text;
}

std::string in_brackets(const std::string& line)
{
    const std::size_t from = line.find('<') + 1;
    return line.substr(from, line.find('>') - from);
}

} // namespace

bool ReceivedMail::says(const std::string& words) const
{
    return head.find(words) != std::string::npos || body.find(words) != std::string::npos;
}

MailReceiver::MailReceiver() : peer_([this](PeerConnection& connection, int) { serve(connection); }) {}

std::string MailReceiver::url() const
{
    return "smtp" + peer_.origin().substr(std::string("http").size());
}

std::vector<ReceivedMail> MailReceiver::mails() const
{
    const std::lock_guard lock(mutex_);
    return mails_;
}

int MailReceiver::count(const std::string& words) const
{
    const std::lock_guard lock(mutex_);
    return static_cast<int>(std::ranges::count_if(mails_, [&](const ReceivedMail& mail) { return mail.says(words); }));
}

void MailReceiver::hang(bool hangs)
{
    const std::lock_guard lock(mutex_);
    hangs_ = hangs;
    change_.notify_all();
}

void MailReceiver::serve(PeerConnection& connection)
{
    {
        std::unique_lock lock(mutex_);
        change_.wait(lock, [this] { return !hangs_; });
    }
    connection.write("220 mail\r\n");
    ReceivedMail mail;
    for (std::string line; !(line = connection.read_through("\r\n")).empty();) {
        std::string answer = "250 fine\r\n";
        if (line.starts_with("EHLO")) answer = "250-mail\r\n250 SIZE 100000\r\n";
        if (line.starts_with("MAIL FROM:")) mail.from = in_brackets(line);
        if (line.starts_with("RCPT TO:")) mail.to = in_brackets(line);
        if (line.starts_with("RCPT TO:") && refuses_) answer = "550 nothing is accepted today\r\n";
        if (line.starts_with("DATA")) {
            connection.write("354 go ahead\r\n");
            take(connection, mail);
        }
        if (line.starts_with("QUIT")) answer = "221 bye\r\n";
        connection.write(answer);
    }
}

void MailReceiver::take(PeerConnection& connection, ReceivedMail mail)
{
    const std::string text = connection.read_through("\r\n.\r\n");
    const std::size_t end = text.find("\r\n\r\n");
    mail.head = text.substr(0, end);
    mail.body = decoded(text.substr(end + 4, text.rfind("\r\n.\r\n") - end - 4));
    const std::lock_guard lock(mutex_);
    mails_.push_back(std::move(mail));
}

} // namespace waybill::test
